// SPDX-License-Identifier: MIT OR Apache-2.0
//! The ports of the block: bus and hardware side, derived from the description.

use super::description::ADDRESS_BITS;
use super::model::{Field, Hardware, Register, RegisterMap};
use crate::hdl::Dir;

/// A port of the register block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterPort {
    /// Name.
    pub name: String,
    /// Direction.
    pub dir: Dir,
    /// Width in bits.
    pub width: u32,
    /// One sentence or less.
    pub doc: String,
}

/// Heading and ports.
pub type PortGroup = (&'static str, Vec<RegisterPort>);

impl RegisterMap {
    /// All ports in order, in groups.
    pub fn ports(&self) -> Vec<PortGroup> {
        let mut groups = bus();
        groups.extend(
            self.block
                .lock
                .map(|(name, doc)| ("Lock", vec![port(name, Dir::Input, 1, doc)])),
        );
        groups.push(("Hardware side of the registers", self.hardware_ports()));
        groups
    }

    fn hardware_ports(&self) -> Vec<RegisterPort> {
        let mut ports: Vec<RegisterPort> = Vec::new();
        for register in self.present() {
            for field in &register.fields {
                let Some(port) = hardware_port(register, field) else {
                    continue;
                };
                if let Hardware::Counted { step, .. } = &field.hardware {
                    let doc = format!("counts {} up", field.name);
                    ports.push(self::port(step, Dir::Input, 1, &doc));
                }
                match ports.iter_mut().find(|known| known.name == port.name) {
                    Some(known) => known.width = known.width.max(port.width),
                    None => ports.push(port),
                }
            }
            if register.written_flag {
                let doc = format!("every {} has been written since reset", register.name);
                ports.push(port(&written_port(register), Dir::Output, 1, &doc));
            }
        }
        ports
    }
}

/// Name of the output that says that every register of an array has been written.
pub(crate) fn written_port(register: &Register) -> String {
    format!("{}s_written_o", register.name.to_lowercase())
}

fn hardware_port(register: &Register, field: &Field) -> Option<RegisterPort> {
    let name = match register.name == field.name {
        true => register.name.to_string(),
        false => format!("{}.{}", register.name, field.name),
    };
    match &field.hardware {
        Hardware::Input { port: p, lo } | Hardware::Captured { port: p, lo, .. } => {
            let name = name.trim_end_matches("_LO").trim_end_matches("_HI");
            Some(port(p, Dir::Input, lo + field.width, name))
        }
        Hardware::Window {
            port: p,
            row,
            steps,
            ..
        } => {
            let doc = format!("{name}: follows {row} and {steps} within two cycles");
            Some(port(p, Dir::Input, field.width, &doc))
        }
        Hardware::Output { port: p, lo } if register.array => {
            let doc = format!("{name}[i] at [i*{0} +: {0}]", field.width);
            Some(port(
                p,
                Dir::Output,
                lo + field.width * register.count,
                &doc,
            ))
        }
        Hardware::Counted { port: p, .. } => Some(port(p, Dir::Output, field.width, &name)),
        Hardware::RefusedWriteOr { port: p } => {
            Some(port(p, Dir::Input, 1, &format!("sets {name}")))
        }
        Hardware::Output { port: p, lo } => Some(port(p, Dir::Output, lo + field.width, &name)),
        Hardware::Pulse { port: p } => Some(port(
            p,
            Dir::Output,
            1,
            &format!("{name}: one cycle for each command"),
        )),
        Hardware::Event { port: p } => Some(port(p, Dir::Input, 1, &format!("sets {name}"))),
        _ => None,
    }
}

fn port(name: &str, dir: Dir, width: u32, doc: &str) -> RegisterPort {
    RegisterPort {
        name: name.to_string(),
        dir,
        width,
        doc: doc.to_string(),
    }
}

fn bus() -> Vec<PortGroup> {
    use Dir::{Input, Output};
    let address = ADDRESS_BITS as u32;
    vec![
        (
            "Clock and reset",
            vec![
                port("clk_i", Input, 1, "clock"),
                port("rst_ni", Input, 1, "asynchronous reset, active low"),
            ],
        ),
        (
            "AXI4-Lite, writes",
            vec![
                port(
                    "s_axil_awaddr",
                    Input,
                    address,
                    "byte address; bits 1 .. 0 are ignored",
                ),
                port("s_axil_awprot", Input, 3, "ignored"),
                port("s_axil_awvalid", Input, 1, ""),
                port("s_axil_awready", Output, 1, ""),
                port("s_axil_wdata", Input, 32, ""),
                port("s_axil_wstrb", Input, 4, "bytes that are written"),
                port("s_axil_wvalid", Input, 1, ""),
                port("s_axil_wready", Output, 1, ""),
                port(
                    "s_axil_bresp",
                    Output,
                    2,
                    "0 OKAY, 2 SLVERR: refused, nothing changed",
                ),
                port("s_axil_bvalid", Output, 1, ""),
                port("s_axil_bready", Input, 1, ""),
            ],
        ),
        (
            "AXI4-Lite, reads",
            vec![
                port(
                    "s_axil_araddr",
                    Input,
                    address,
                    "byte address; bits 1 .. 0 are ignored",
                ),
                port("s_axil_arprot", Input, 3, "ignored"),
                port("s_axil_arvalid", Input, 1, ""),
                port("s_axil_arready", Output, 1, ""),
                port("s_axil_rdata", Output, 32, ""),
                port(
                    "s_axil_rresp",
                    Output,
                    2,
                    "0 OKAY, 2 SLVERR: no such register, data 0",
                ),
                port("s_axil_rvalid", Output, 1, ""),
                port("s_axil_rready", Input, 1, ""),
            ],
        ),
        (
            "Interrupt",
            vec![port(
                "irq_o",
                Output,
                1,
                "level: a bit of IRQ_STATUS & IRQ_ENABLE",
            )],
        ),
    ]
}
