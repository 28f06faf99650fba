// SPDX-License-Identifier: MIT OR Apache-2.0
//! Places of the pins at the edge: bits of columns at their columns, the rest at the left.

use crate::flow::lef::{Nm, um};
use crate::hdl::{Dir, Port};

use super::floorplan::Floorplan;

/// Pins that share a piece of the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinGroup {
    /// `top`, `bottom`, `left`.
    pub edge: &'static str,
    /// From and to in nanometres along the edge; the whole edge if absent.
    pub span: Option<(Nm, Nm)>,
    /// Names.
    pub pins: Vec<String>,
}

impl PinGroup {
    /// The piece of the edge as OpenROAD writes it.
    pub fn region(&self) -> String {
        match self.span {
            Some((from, to)) => format!("{}:{}-{}", self.edge, um(from), um(to)),
            None => format!("{}:*", self.edge),
        }
    }
}

/// Groups the pins of a block: what comes from the comparators at the top, other bits of columns at
/// the bottom. A tile's columns meet inside, so that all its pins lie at the left.
pub fn pin_groups(
    ports: &[Port],
    columns: usize,
    floorplan: &Floorplan,
    is_tile: bool,
) -> Vec<PinGroup> {
    let by_column = |port: &Port| !is_tile && columns > 1 && port.width == columns;
    let faces_crossbar = |port: &Port| port.dir == Dir::Input && port.name.starts_with("op_");
    let mut groups = Vec::new();
    for region in &floorplan.regions {
        for edge in ["top", "bottom"] {
            let mut pins = Vec::new();
            for column in region.first..=region.last {
                let here = ports.iter().filter(|port| by_column(port));
                let here = here.filter(|port| faces_crossbar(port) == (edge == "top"));
                pins.extend(here.map(|port| format!("{}[{column}]", port.name)));
            }
            if !pins.is_empty() {
                groups.push(PinGroup {
                    edge,
                    span: Some((region.rect[0], region.rect[2])),
                    pins,
                });
            }
        }
    }
    let mut rest = Vec::new();
    for port in ports.iter().filter(|port| !by_column(port)) {
        match port.width {
            1 => rest.push(port.name.clone()),
            width => rest.extend((0..width).map(|bit| format!("{}[{bit}]", port.name))),
        }
    }
    groups.push(PinGroup {
        edge: "left",
        span: None,
        pins: rest,
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::pnr::floorplan::Region;
    use std::collections::BTreeSet;

    fn port(name: &str, dir: Dir, width: usize) -> Port {
        Port {
            name: name.to_owned(),
            dir,
            width,
            doc: String::new(),
        }
    }

    #[test]
    fn every_bit_has_one_place() {
        let region = |first: usize, last: usize| Region {
            first,
            last,
            rect: [first as Nm * 1000, 0, (last + 1) as Nm * 1000, 5000],
        };
        let floorplan = Floorplan {
            die: [20_000, 9000],
            core: [0; 4],
            crossbar: None,
            first_column: 0,
            column_pitch: 1000,
            strip_height: 5000,
            regions: vec![region(0, 2), region(3, 4)],
        };
        let ports = [
            port("clk_i", Dir::Input, 1),
            port("op_nonzero_i", Dir::Input, 5),
            port("wr_data_i", Dir::Input, 5),
            port("wr_row_i", Dir::Input, 3),
        ];
        for is_tile in [false, true] {
            let groups = pin_groups(&ports, 5, &floorplan, is_tile);
            let all: Vec<&String> = groups.iter().flat_map(|group| &group.pins).collect();
            let unique: BTreeSet<&&String> = all.iter().collect();
            assert_eq!((all.len(), unique.len()), (14, 14));
            assert_eq!(groups.len(), if is_tile { 1 } else { 5 });
        }
        let groups = pin_groups(&ports, 5, &floorplan, false);
        assert_eq!(
            (groups[0].region().as_str(), groups[0].pins.len()),
            ("top:0-3", 3)
        );
        assert_eq!(groups[3].pins, ["wr_data_i[3]", "wr_data_i[4]"]);
        assert_eq!(
            (groups[4].region().as_str(), groups[4].pins.len()),
            ("left:*", 4)
        );
    }
}
