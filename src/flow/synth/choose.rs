// SPDX-License-Identifier: MIT OR Apache-2.0
//! Chooses, for every module, the mapping that is smallest and meets the period.

use std::collections::BTreeMap;

use crate::flow::liberty::Liberty;
use crate::flow::netlist::{Module, Netlist};

use super::portfolio::Script;
use super::result::MappedModule;

/// All modules as one script mapped them.
pub(super) struct Variant {
    pub script: Script,
    pub netlist: Netlist,
    /// Delay of the slowest path of logic in ps, by module; nothing for modules without logic.
    pub delay_ps: BTreeMap<String, f64>,
}

/// The netlist of the best modules, and which script each is from.
pub(super) fn choose(
    variants: Vec<Variant>,
    library: &Liberty,
    period_ps: f64,
) -> Option<(Netlist, Vec<MappedModule>)> {
    let first = variants.first()?;
    let top = first.netlist.top.clone();
    let names = first.netlist.bottom_up();
    let mut modules = BTreeMap::new();
    let mut mapped = Vec::new();
    for name in names {
        let candidates = variants.iter().filter_map(|variant| {
            let module = variant.netlist.modules.get(&name)?;
            let delay = variant.delay_ps.get(&name).copied();
            Some((variant.script, module, area(module, library), delay))
        });
        // Those that meet the period by area, the others by delay; the first of equals.
        let best = candidates.min_by(|a, b| {
            let key = |delay: Option<f64>, area: f64| {
                let late = delay.filter(|delay| *delay > period_ps);
                (late.unwrap_or(0.0), area)
            };
            let (a, b) = (key(a.3, a.2), key(b.3, b.2));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        let (script, module, _, delay_ps) = best?;
        mapped.push(MappedModule {
            module: name.clone(),
            script: script.name.to_owned(),
            logic_delay_ps: delay_ps,
        });
        modules.insert(name, module.clone());
    }
    Some((Netlist { top, modules }, mapped))
}

/// Area of the cells of a module.
fn area(module: &Module, library: &Liberty) -> f64 {
    let cells = module.instances.iter();
    cells
        .filter_map(|instance| library.cells.get(&instance.of))
        .map(|cell| cell.area)
        .sum()
}

/// The delay that ABC found, in its log.
pub(super) fn delay_ps(log: &str) -> Option<f64> {
    let line = log
        .lines()
        .rev()
        .find(|line| line.contains("Delay =") && line.contains("Area ="))?;
    let after = line.split("Delay =").nth(1)?;
    after.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_is_in_the_last_summary() {
        let log = "ABC: Area = 5.0 ( 1 %) Delay = 99.0 ps ( 2 %)\n\
                   ABC: WireLoad = \"none\"  Gates = 3 Area =      351.12 ( 96.8 %)   Delay =   495.08 ps  (  8.5 %)\n\
                   ABC: Path  0 --";
        assert_eq!(delay_ps(log), Some(495.08));
        assert_eq!(delay_ps("nothing to map"), None);
    }
}
