// SPDX-License-Identifier: MIT OR Apache-2.0
//! Host scripts: their text, and the plain form that the simulator reads.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// One command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Writes a word.
    Write { address: u32, data: u32 },
    /// Reads a word and keeps it.
    Read { name: String, address: u32 },
    /// Reads a word, of which some bits must be these.
    Check { address: u32, mask: u32, value: u32 },
    /// Reads a word until some bits are these.
    Poll {
        address: u32,
        mask: u32,
        value: u32,
        cycles: u64,
    },
    /// Queues a packet.
    Packet {
        dest: u32,
        file: PathBuf,
        offset: u64,
        bytes: u64,
    },
    /// Waits for the queue.
    Flush,
    /// Waits for beats.
    Beats { count: u64, cycles: u64 },
    /// Keeps the number of the cycle.
    Mark { name: String },
}

/// A script: commands with the lines they stand on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Line, command.
    pub commands: Vec<(usize, Command)>,
}

/// What each command takes.
const USAGE: &[(&str, &str)] = &[
    ("write", "ADDR DATA"),
    ("read", "NAME ADDR"),
    ("check", "ADDR MASK VALUE"),
    ("poll", "ADDR MASK VALUE CYCLES"),
    ("packet", "DEST FILE OFFSET BYTES"),
    ("flush", ""),
    ("beats", "N CYCLES"),
    ("mark", "NAME"),
];

/// Bytes of a packet, so that a typing error is no request for all memory.
const PACKET_LIMIT: u64 = 1 << 30;

impl Script {
    /// Reads a script; files that it names are beside it. All faults are told, a line each.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder).map_err(|faults| {
            let faults: Vec<String> = faults
                .iter()
                .map(|(line, what)| format!("{}:{line}: {what}", path.display()))
                .collect();
            faults.join("\n")
        })
    }

    fn parse(text: &str, folder: &Path) -> Result<Self, Vec<(usize, String)>> {
        let mut script = Self::default();
        let mut faults = Vec::new();
        let mut names = BTreeSet::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or("");
            let words: Vec<&str> = text.split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            match command(&words, folder) {
                Ok(command) => {
                    if let Command::Read { name, .. } | Command::Mark { name } = &command {
                        let kind = matches!(command, Command::Mark { .. });
                        if !names.insert((kind, name.clone())) {
                            faults.push((line, format!("the name `{name}` is there twice")));
                        }
                    }
                    script.commands.push((line, command));
                }
                Err(what) => faults.push((line, what)),
            }
        }
        match faults.is_empty() {
            true => Ok(script),
            false => Err(faults),
        }
    }

    /// The form that the simulator reads: command, line, decimal numbers, a file's path last.
    pub fn plain(&self) -> String {
        let mut text = String::new();
        for (line, command) in &self.commands {
            let _ = match command {
                Command::Write { address, data } => {
                    writeln!(text, "write {line} {address} {data}")
                }
                Command::Read { name, address } => writeln!(text, "read {line} {name} {address}"),
                Command::Check {
                    address,
                    mask,
                    value,
                } => writeln!(text, "check {line} {address} {mask} {value}"),
                Command::Poll {
                    address,
                    mask,
                    value,
                    cycles,
                } => writeln!(text, "poll {line} {address} {mask} {value} {cycles}"),
                Command::Packet {
                    dest,
                    file,
                    offset,
                    bytes,
                } => {
                    let file = file.display();
                    writeln!(text, "packet {line} {dest} {offset} {bytes} {file}")
                }
                Command::Flush => writeln!(text, "flush {line}"),
                Command::Beats { count, cycles } => {
                    writeln!(text, "beats {line} {count} {cycles}")
                }
                Command::Mark { name } => writeln!(text, "mark {line} {name}"),
            };
        }
        text
    }
}

fn command(words: &[&str], folder: &Path) -> Result<Command, String> {
    let what = words[0];
    let Some((_, takes)) = USAGE.iter().find(|(name, _)| *name == what) else {
        let known: Vec<&str> = USAGE.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "`{what}` is no command; commands are {}",
            known.join(", ")
        ));
    };
    if words.len() - 1 != takes.split_whitespace().count() {
        return Err(format!("`{what}` takes: {what} {takes}")
            .trim_end()
            .to_owned());
    }
    let word = |at: usize| number(words[at], u32::MAX.into()).map(|value| value as u32);
    let long = |at: usize| number(words[at], u64::MAX);
    Ok(match what {
        "write" => Command::Write {
            address: address(words[1])?,
            data: word(2)?,
        },
        "read" => Command::Read {
            name: words[1].to_owned(),
            address: address(words[2])?,
        },
        "check" => Command::Check {
            address: address(words[1])?,
            mask: word(2)?,
            value: masked(word(2)?, word(3)?)?,
        },
        "poll" => Command::Poll {
            address: address(words[1])?,
            mask: word(2)?,
            value: masked(word(2)?, word(3)?)?,
            cycles: long(4)?,
        },
        "packet" => packet(words, folder)?,
        "beats" => Command::Beats {
            count: long(1)?,
            cycles: long(2)?,
        },
        "mark" => Command::Mark {
            name: words[1].to_owned(),
        },
        _ => Command::Flush,
    })
}

fn number(text: &str, most: u64) -> Result<u64, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let value = match digits {
        Some(digits) => u64::from_str_radix(&digits.replace('_', ""), 16),
        None => text.replace('_', "").parse(),
    };
    match value {
        Ok(value) if value <= most => Ok(value),
        Ok(_) => Err(format!("{text} is larger than {most}")),
        Err(_) => Err(format!(
            "`{text}` is no number (decimal, or 0x and hexadecimal)"
        )),
    }
}

fn address(text: &str) -> Result<u32, String> {
    let address = number(text, 0xff_ffff)? as u32;
    match address % 4 {
        0 => Ok(address),
        _ => Err(format!(
            "{text} is no address of a word: it is no multiple of 4"
        )),
    }
}

/// A value outside the mask would never be seen.
fn masked(mask: u32, value: u32) -> Result<u32, String> {
    match value & !mask {
        0 => Ok(value),
        _ => Err(format!(
            "the value 0x{value:x} has bits outside the mask 0x{mask:x}"
        )),
    }
}

fn packet(words: &[&str], folder: &Path) -> Result<Command, String> {
    let dest = number(words[1], 7)? as u32;
    let (offset, bytes) = (number(words[3], u64::MAX)?, number(words[4], PACKET_LIMIT)?);
    if bytes == 0 {
        return Err("a packet of no bytes is no packet".to_owned());
    }
    let file = folder.join(words[2]);
    let file = std::path::absolute(&file).unwrap_or(file);
    let size = std::fs::metadata(&file)
        .map_err(|e| format!("{}: {e}", file.display()))?
        .len();
    if offset.checked_add(bytes).is_none_or(|end| end > size) {
        return Err(format!(
            "{} has {size} bytes, {bytes} from {offset} on are wanted",
            file.display()
        ));
    }
    Ok(Command::Packet {
        dest,
        file,
        offset,
        bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(usize, String)> {
        Script::parse(text, Path::new("/nowhere")).unwrap_err()
    }

    #[test]
    fn commands_and_their_plain_form() {
        let folder = std::env::temp_dir().join(format!("hcim-script-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("p.bin"), [0; 10]).unwrap();
        let text = "# a comment\nwrite 0x20 1 # go\n\nread state 0x24\ncheck 0x24 0xff 0\n\
                    poll 36 1 0 1_000\npacket 0 p.bin 2 8\nflush\nbeats 5 100\nmark end\n";
        let script = Script::parse(text, &folder).unwrap();
        assert_eq!(
            script.commands[0],
            (
                2,
                Command::Write {
                    address: 32,
                    data: 1
                }
            )
        );
        let plain = script.plain();
        let file = folder.join("p.bin");
        assert_eq!(
            plain,
            format!(
                "write 2 32 1\nread 4 state 36\ncheck 5 36 255 0\npoll 6 36 1 0 1000\n\
                 packet 7 0 2 8 {}\nflush 8\nbeats 9 5 100\nmark 10 end\n",
                file.display()
            )
        );
        assert!(Script::parse("packet 0 p.bin 3 8\n", &folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let found = faults(
            "wirte 0 0\nwrite 0x20\nwrite 0x21 0\nwrite 0x1000000 0\nwrite 0 0x1_0000_0000\n\
             check 0 0xf 0x10\nread a 0\nread a 4\nmark a\nmark a\npacket 8 f 0 1\npacket 0 f 0 1\n\
             packet 0 f 0 0\npoll 0 0 0 x\n",
        );
        let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 2, 3, 4, 5, 6, 8, 10, 11, 12, 13, 14]);
        assert!(found[0].1.contains("commands are write, read"));
        assert_eq!(found[1].1, "`write` takes: write ADDR DATA");
        assert!(found[9].1.contains("/nowhere/f"), "{}", found[9].1);
    }
}
