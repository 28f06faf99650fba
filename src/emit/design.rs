// SPDX-License-Identifier: MIT OR Apache-2.0
//! The top module of a configuration.

use crate::blocks::accelerator::{self, AcceleratorShape};
use crate::blocks::tile::{self, TileShape};
use crate::blocks::{array, baseline_array, column_reduction, crossbar, sense_interface};
use crate::config::{Config, Top};
use crate::hdl::Module;
use std::sync::Arc;

/// What a configuration generates.
pub(crate) struct Design {
    /// The top module; its name is `<name>_<top>`.
    pub top: Arc<Module>,
    /// The tile, if that is the top or in it.
    pub tile: Option<TileShape>,
    /// The accelerator, if that is the top.
    pub accelerator: Option<AcceleratorShape>,
}

impl Design {
    /// Builds the top that the configuration asks for.
    pub fn of(config: &Config) -> Design {
        let prefix = config.name();
        let array_shape = tile::array_shape(config);
        let block = |top| Design {
            top,
            tile: None,
            accelerator: None,
        };
        if let Some(shape) = AcceleratorShape::of(config) {
            return Design {
                top: accelerator::build(prefix, &shape),
                tile: Some(shape.tile.clone()),
                accelerator: Some(shape),
            };
        }
        match config.top() {
            // An accelerator has a shape of its own, above.
            Top::Tile | Top::Accelerator => {
                let shape = TileShape::of(config);
                Design {
                    top: tile::build(prefix, &shape),
                    tile: Some(shape),
                    accelerator: None,
                }
            }
            Top::DcimArray => block(array::build(prefix, &array_shape)),
            Top::BaselineArray => block(baseline_array::build(prefix, &array_shape)),
            Top::SenseInterface => {
                block(sense_interface::build(prefix, &tile::sense_shape(config)))
            }
            Top::ColumnReduction => block(column_reduction::build(
                prefix,
                &tile::reduction_shape(config),
            )),
        }
    }

    /// Behavioural model and stub of the crossbar macro, where the design holds one.
    ///
    /// # Errors
    /// A template that cannot be rendered: a defect of the generator.
    pub fn crossbar(
        &self,
        prefix: &str,
        header: &str,
    ) -> Result<Option<(String, String)>, askama::Error> {
        let Some(tile) = &self.tile else {
            return Ok(None);
        };
        let shape = tile.crossbar();
        Ok(Some((
            crossbar::model(prefix, &shape, header)?,
            crossbar::stub(prefix, &shape, header)?,
        )))
    }
}
