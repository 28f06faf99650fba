// SPDX-License-Identifier: MIT OR Apache-2.0
//! Area and counts of a netlist: by module, by place in the hierarchy, by cell and by use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::flow::liberty::{CellKind, Liberty};

use super::types::{Instance, Module, Netlist};

/// What a cell is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Flip-flops.
    FlipFlop,
    /// Latches that store.
    Latch,
    /// Clock gates, with all their parts.
    ClockGate,
    /// Buffers.
    Buffer,
    /// Tie cells.
    Tie,
    /// All other logic.
    Combinational,
    /// Macros, whose area is not known here.
    BlackBox,
}

impl Use {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Use::FlipFlop => "flip-flops",
            Use::Latch => "latches",
            Use::ClockGate => "clock gates",
            Use::Buffer => "buffers",
            Use::Tie => "tie cells",
            Use::Combinational => "other logic",
            Use::BlackBox => "macros",
        }
    }
}

/// Cells and their area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AreaAndCount {
    /// Number of cells.
    pub cells: u64,
    /// Area in um2.
    pub area_um2: f64,
}

/// Figures of one use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UseRow {
    /// The use.
    #[serde(rename = "use")]
    pub of: Use,
    /// Its figures in the whole design.
    #[serde(flatten)]
    pub total: AreaAndCount,
}

/// Figures of one cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellRow {
    /// Cell.
    pub cell: String,
    /// Its figures in the whole design.
    #[serde(flatten)]
    pub total: AreaAndCount,
}

/// Figures of one module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModuleRow {
    /// Module.
    pub module: String,
    /// Number of its instances in the whole design.
    pub instances: u64,
    /// One instance with all modules inside.
    #[serde(flatten)]
    pub each: AreaAndCount,
    /// One instance without the modules inside.
    pub own: AreaAndCount,
}

/// Figures of a place in the hierarchy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HierarchyRow {
    /// Path of instance names, the top module's name first; `[N]` if N alike are meant.
    pub path: String,
    /// Module.
    pub module: String,
    /// Instances together.
    pub instances: u64,
    /// Their figures together, with all modules inside.
    #[serde(flatten)]
    pub total: AreaAndCount,
}

/// All figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// The whole design.
    pub total: AreaAndCount,
    /// By use.
    pub uses: Vec<UseRow>,
    /// By module, children before parents.
    pub modules: Vec<ModuleRow>,
    /// Two levels of the hierarchy.
    pub hierarchy: Vec<HierarchyRow>,
    /// By cell.
    pub cells: Vec<CellRow>,
}

/// What an instance of a cell is used for.
pub fn use_of(instance: &Instance, library: &Liberty) -> Use {
    if instance.in_clock_gate {
        return Use::ClockGate;
    }
    match library.cells.get(&instance.of).map(|cell| &cell.kind) {
        None => Use::BlackBox,
        Some(CellKind::FlipFlop(_)) => Use::FlipFlop,
        Some(CellKind::Latch(_)) => Use::Latch,
        Some(CellKind::ClockGate(_)) => Use::ClockGate,
        Some(CellKind::Buffer) => Use::Buffer,
        Some(CellKind::Tie) => Use::Tie,
        Some(CellKind::Combinational | CellKind::Other) => Use::Combinational,
    }
}

impl AreaAndCount {
    fn add(&mut self, other: AreaAndCount, times: u64) {
        self.cells += other.cells * times;
        self.area_um2 += other.area_um2 * times as f64;
    }
}

/// Measures a netlist.
pub fn statistics(netlist: &Netlist, library: &Liberty) -> Statistics {
    let order = netlist.bottom_up();
    let mut own: BTreeMap<&str, AreaAndCount> = BTreeMap::new();
    let mut each: BTreeMap<&str, AreaAndCount> = BTreeMap::new();
    for name in &order {
        let module = &netlist.modules[name];
        let mut alone = AreaAndCount::default();
        let mut whole = AreaAndCount::default();
        for instance in &module.instances {
            match each.get(instance.of.as_str()) {
                Some(inside) => whole.add(*inside, 1),
                None => alone.add(of_cell(instance, library), 1),
            }
        }
        whole.add(alone, 1);
        own.insert(name, alone);
        each.insert(name, whole);
    }
    let instances = instance_counts(netlist, &order);
    let mut cells: BTreeMap<&str, AreaAndCount> = BTreeMap::new();
    let mut uses: BTreeMap<Use, AreaAndCount> = BTreeMap::new();
    for name in &order {
        for instance in &netlist.modules[name].instances {
            if netlist.modules.contains_key(&instance.of) {
                continue;
            }
            let figures = of_cell(instance, library);
            let times = instances[name.as_str()];
            cells.entry(&instance.of).or_default().add(figures, times);
            uses.entry(use_of(instance, library))
                .or_default()
                .add(figures, times);
        }
    }
    Statistics {
        total: each.get(netlist.top.as_str()).copied().unwrap_or_default(),
        uses: uses
            .into_iter()
            .map(|(of, total)| UseRow { of, total })
            .collect(),
        modules: order
            .iter()
            .map(|name| ModuleRow {
                module: name.clone(),
                instances: instances[name.as_str()],
                each: each[name.as_str()],
                own: own[name.as_str()],
            })
            .collect(),
        hierarchy: hierarchy(netlist, &each, &own),
        cells: cells
            .into_iter()
            .map(|(cell, total)| CellRow {
                cell: cell.to_owned(),
                total,
            })
            .collect(),
    }
}

fn of_cell(instance: &Instance, library: &Liberty) -> AreaAndCount {
    AreaAndCount {
        cells: 1,
        area_um2: library
            .cells
            .get(&instance.of)
            .map_or(0.0, |cell| cell.area),
    }
}

/// Number of instances of every module below the top.
fn instance_counts<'a>(netlist: &Netlist, order: &'a [String]) -> BTreeMap<&'a str, u64> {
    let mut counts: BTreeMap<&str, u64> = order.iter().map(|name| (name.as_str(), 0)).collect();
    if let Some(top) = counts.get_mut(netlist.top.as_str()) {
        *top = 1;
    }
    for name in order.iter().rev() {
        let times = counts[name.as_str()];
        for instance in &netlist.modules[name].instances {
            if let Some(count) = counts.get_mut(instance.of.as_str()) {
                *count += times;
            }
        }
    }
    counts
}

fn hierarchy(
    netlist: &Netlist,
    each: &BTreeMap<&str, AreaAndCount>,
    own: &BTreeMap<&str, AreaAndCount>,
) -> Vec<HierarchyRow> {
    let top = &netlist.modules[&netlist.top];
    let mut rows = vec![HierarchyRow {
        path: top.name.clone(),
        module: top.name.clone(),
        instances: 1,
        total: each[top.name.as_str()],
    }];
    level(netlist, each, own, top, &top.name, 2, &mut rows);
    rows
}

/// Adds what is inside `parent`, alike instances together, to a depth of `levels`.
fn level(
    netlist: &Netlist,
    each: &BTreeMap<&str, AreaAndCount>,
    own: &BTreeMap<&str, AreaAndCount>,
    parent: &Module,
    path: &str,
    levels: u32,
    rows: &mut Vec<HierarchyRow>,
) {
    let mut groups: Vec<(&str, &str, u64)> = Vec::new();
    for instance in &parent.instances {
        if !each.contains_key(instance.of.as_str()) {
            continue;
        }
        match groups.iter_mut().find(|(_, of, _)| *of == instance.of) {
            Some((_, _, count)) => *count += 1,
            None => groups.push((&instance.name, &instance.of, 1)),
        }
    }
    if groups.is_empty() {
        return;
    }
    rows.push(HierarchyRow {
        path: format!("{path}/(own cells)"),
        module: parent.name.clone(),
        instances: 1,
        total: own[parent.name.as_str()],
    });
    for (name, of, count) in groups {
        let mut total = AreaAndCount::default();
        total.add(each[of], count);
        let path = if count == 1 {
            format!("{path}/{name}")
        } else {
            format!("{path}/{of}[{count}]")
        };
        rows.push(HierarchyRow {
            path: path.clone(),
            module: of.to_owned(),
            instances: count,
            total,
        });
        if levels > 1 && count == 1 {
            level(
                netlist,
                each,
                own,
                &netlist.modules[of],
                &path,
                levels - 1,
                rows,
            );
        }
    }
}
