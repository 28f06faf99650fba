// SPDX-License-Identifier: MIT OR Apache-2.0
//! From the values of all sources to a configuration: single checks, then the rules between keys.
//! Every fault is found in one pass; a rule is not applied to a value that is already faulty.

mod accelerator;

use super::check;
use super::choices::{Accumulation, Gating, PartialSum, Storage, Thresholds, Top};
use super::codes::Code;
use super::diagnostic::{Diagnostic, Origin, Report};
use super::keys::{DefaultValue, KeyId};
use super::model::{Config, Timing, default_slices};
use super::name;
use super::value::{Entry, Layer};

/// The outcome of one key: given by a source, left to its default, or faulty (and reported).
#[derive(Clone, Debug)]
enum Field<T> {
    Given(T, Entry),
    Absent,
    Faulty,
}

impl<T: Copy> Field<T> {
    fn or(&self, default: T) -> T {
        match self {
            Field::Given(value, _) => *value,
            Field::Absent | Field::Faulty => default,
        }
    }

    fn is_faulty(&self) -> bool {
        matches!(self, Field::Faulty)
    }

    fn origin(&self) -> Option<Origin> {
        match self {
            Field::Given(_, entry) => Some(entry.origin.clone()),
            Field::Absent | Field::Faulty => None,
        }
    }
}

/// Checks the merged layers. The report holds warnings, or errors if there is no configuration.
pub(super) fn resolve(layer: &Layer, report: &mut Report) -> Option<Config> {
    let mut resolver = Resolver { layer, report };
    let config = resolver.config();
    if report.has_errors() {
        None
    } else {
        Some(config)
    }
}

struct Resolver<'a> {
    layer: &'a Layer,
    report: &'a mut Report,
}

impl Resolver<'_> {
    fn config(&mut self) -> Config {
        let name = self.field(KeyId::Name, check::name);
        let top_field = self.choice(KeyId::Top, Top::parse);
        let top = top_field.or(Top::Tile);
        let rows = self.number(KeyId::Rows);
        let (cols, weight_slices) = self.columns();
        let input_bits = self.number(KeyId::InputBits);
        let scale_bits = self.field(KeyId::ScaleBits, check::fixed_number);
        let partial_sum = self.choice(KeyId::PartialSum, PartialSum::parse);
        let rows_per_cycle = self.rows_per_cycle(&scale_bits);
        let accumulation = self.accumulation(top);
        let storage = self
            .choice(KeyId::Storage, Storage::parse)
            .or(Storage::Flop);
        let gating = self.gating(&partial_sum);
        let parity = self.field(KeyId::Parity, check::boolean).or(false);
        let columns_per_comparator = self.sharing(&cols);
        let thresholds = self.thresholds(&partial_sum);
        let plane_skip = self.plane_skip(&partial_sum);
        let accelerator = self.accelerator(&top_field);
        let mut config = Config {
            name: String::new(),
            top,
            rows,
            cols: cols.or(default_number(KeyId::Cols)),
            input_bits,
            weight_slices,
            scale_bits: scale_bits.or(default_number(KeyId::ScaleBits)),
            partial_sum: partial_sum.or(PartialSum::Ternary),
            rows_per_cycle,
            accumulation,
            storage,
            gating,
            parity,
            columns_per_comparator,
            thresholds,
            plane_skip,
            segments: self.number(KeyId::Segments),
            counter_bits: self.number(KeyId::CounterBits),
            input_stream_bits: self.number(KeyId::InputStreamBits),
            output_stream_bits: self.number(KeyId::OutputStreamBits),
            accelerator,
            timing: Timing {
                precharge: self.number(KeyId::Precharge),
                evaluate: self.number(KeyId::Evaluate),
                sense: self.number(KeyId::Sense),
                hold: self.number(KeyId::Hold),
                timeout: self.number(KeyId::Timeout),
            },
        };
        if !self.report.has_errors() {
            self.word(&config);
        }
        if !self.report.has_errors() {
            self.name_and_warnings(&mut config, name);
        }
        config
    }

    /// Applies a single check to a key and reports its fault.
    fn field<T>(
        &mut self,
        id: KeyId,
        check: impl Fn(&super::Key, &Entry) -> check::Checked<T>,
    ) -> Field<T> {
        let Some(entry) = self.layer.get(&id) else {
            return Field::Absent;
        };
        match check(id.key(), entry) {
            Ok(value) => Field::Given(value, entry.clone()),
            Err(diagnostic) => {
                self.report.push(*diagnostic);
                Field::Faulty
            }
        }
    }

    fn number(&mut self, id: KeyId) -> u32 {
        self.field(id, check::fixed_number).or(default_number(id))
    }

    fn choice<T>(&mut self, id: KeyId, parse: impl Fn(&str) -> Option<T>) -> Field<T> {
        self.field(id, |key, entry| {
            let word = check::word(key, entry)?;
            parse(&word).ok_or_else(|| {
                Box::new(Diagnostic::new(
                    Code::Internal,
                    "a legal word stands for no value",
                ))
            })
        })
    }

    /// cols and weight_slices: a column for each slice of at least one output.
    fn columns(&mut self) -> (Field<u32>, u32) {
        let cols = self.field(KeyId::Cols, check::fixed_number);
        let slices = self.field(KeyId::WeightSlices, check::fixed_number);
        let columns = cols.or(default_number(KeyId::Cols));
        if let (Field::Given(given, entry), false) = (&slices, cols.is_faulty())
            && *given > columns
        {
            let key = KeyId::WeightSlices.key();
            let message = format!(
                "cols is {columns}, which is fewer than weight_slices, which is {given}: \
                 an output takes one column per weight slice"
            );
            let slices_legal = if columns == 1 {
                "1".to_owned()
            } else {
                format!("1..={columns}")
            };
            let mut diagnostic = check::about(Code::FewerColumnsThanSlices, message, key, entry)
                .legal(format!(
                    "weight_slices {slices_legal}, or cols {given}..=4096"
                ))
                .help(format!(
                    "legal with these columns: weight_slices {slices_legal}; legal with these \
                     slices: cols {given}..=4096"
                ));
            if let Some(origin) = cols.origin() {
                diagnostic = diagnostic.note(format!("cols comes from {origin}"));
            }
            self.report.push(diagnostic);
        }
        (cols, slices.or(default_slices(columns)))
    }

    /// d is at most the window of a bit plane, S + 2.
    fn rows_per_cycle(&mut self, scale_bits: &Field<u32>) -> u32 {
        let bits = scale_bits.or(default_number(KeyId::ScaleBits));
        let (limit, reason) = if scale_bits.is_faulty() {
            (18, "scale_bits + 2 at the most".to_owned())
        } else {
            (
                bits + 2,
                format!("scale_bits + 2, where scale_bits is {bits}"),
            )
        };
        let field = self.field(KeyId::RowsPerCycle, |key, entry| {
            let given = check::number(key, entry)?;
            if let Some(given) = u32::try_from(given)
                .ok()
                .filter(|d| (1..=limit).contains(d))
            {
                return Ok(given);
            }
            let message = format!(
                "rows_per_cycle is {}, which is outside 1..={limit} ({reason})",
                entry.value.plain()
            );
            let way = |d: u32| check::assignment(key, &d.to_string(), &entry.origin);
            Err(Box::new(
                check::about(Code::OutOfDependentRange, message, key, entry)
                    .legal(format!("1..={limit}"))
                    .help(format!(
                        "{} adds the rows of a bit plane one by one, {} all at once",
                        way(1),
                        way(limit)
                    )),
            ))
        });
        field.or(default_number(KeyId::RowsPerCycle))
    }

    /// The baseline adds plane by plane: it is what the others are measured against.
    fn accumulation(&mut self, top: Top) -> Accumulation {
        let field = self.choice(KeyId::Accumulation, Accumulation::parse);
        if let (Field::Given(Accumulation::Deferred, entry), Top::BaselineArray) = (&field, top) {
            let key = KeyId::Accumulation.key();
            let message =
                "accumulation is deferred, but top is baseline_array, which adds plane by plane";
            self.report.push(
                check::about(Code::DeferredBaseline, message.to_owned(), key, entry)
                    .legal("in_place")
                    .help(format!(
                        "leave accumulation out, or give {}",
                        check::assignment(KeyId::Top.key(), "dcim_array", &entry.origin)
                    )),
            );
        }
        field.or(Accumulation::InPlace)
    }

    /// M is at most C.
    fn sharing(&mut self, cols: &Field<u32>) -> u32 {
        let field = self.field(KeyId::ColumnsPerComparator, check::fixed_number);
        let columns = cols.or(default_number(KeyId::Cols));
        if let (Field::Given(shared, entry), false) = (&field, cols.is_faulty())
            && *shared > columns
        {
            let key = KeyId::ColumnsPerComparator.key();
            let legal: Vec<_> = super::keys::SHARING
                .iter()
                .filter(|&&m| m <= columns)
                .map(u32::to_string)
                .collect();
            let legal = legal.join(", ");
            let message = format!(
                "columns_per_comparator is {shared}, which is more than the columns there are \
                 (cols is {columns})"
            );
            self.report.push(
                check::about(Code::MoreSharedThanColumns, message, key, entry)
                    .legal(legal.clone())
                    .help(format!("legal with these columns: {legal}")),
            );
        }
        field.or(default_number(KeyId::ColumnsPerComparator))
    }

    fn gating(&mut self, partial_sum: &Field<PartialSum>) -> Gating {
        let field = self.choice(KeyId::Gating, Gating::parse);
        if partial_sum.or(PartialSum::Ternary) == PartialSum::Ternary {
            return field.or(Gating::On);
        }
        if let Field::Given(Gating::On, entry) = &field {
            let key = KeyId::Gating.key();
            self.report.push(binary_conflict(
                Code::GatingNeedsTernary,
                "gating is on, but partial_sum is binary: no partial sum is zero, so there is \
                 nothing to gate",
                key,
                entry,
                "off",
            ));
        }
        Gating::Off
    }

    fn thresholds(&mut self, partial_sum: &Field<PartialSum>) -> Thresholds {
        let field = self.choice(KeyId::Thresholds, Thresholds::parse);
        let binary = partial_sum.or(PartialSum::Ternary) == PartialSum::Binary;
        let key = KeyId::Thresholds.key();
        match (&field, binary) {
            (Field::Given(given, entry), true) if *given != Thresholds::None => {
                let message = format!(
                    "thresholds is {given}, but partial_sum is binary: its comparators have no \
                     threshold, they compare with zero"
                );
                let diagnostic =
                    binary_conflict(Code::ThresholdsContradict, &message, key, entry, "none");
                self.report.push(diagnostic);
            }
            (Field::Given(Thresholds::None, entry), false) if !partial_sum.is_faulty() => {
                let message =
                    "thresholds is none, but partial_sum is ternary, which needs thresholds";
                self.report.push(
                    check::about(Code::ThresholdsContradict, message.to_owned(), key, entry)
                        .legal("per_tile, per_column")
                        .help(format!(
                            "give {}, {}, or {}",
                            check::assignment(key, "per_tile", &entry.origin),
                            check::assignment(key, "per_column", &entry.origin),
                            check::assignment(KeyId::PartialSum.key(), "binary", &entry.origin),
                        )),
                );
            }
            _ => {}
        }
        if binary {
            Thresholds::None
        } else {
            field.or(Thresholds::PerTile)
        }
    }

    fn plane_skip(&mut self, partial_sum: &Field<PartialSum>) -> bool {
        let field = self.field(KeyId::PlaneSkip, check::boolean);
        if partial_sum.or(PartialSum::Ternary) == PartialSum::Ternary {
            return field.or(true);
        }
        if let Field::Given(true, entry) = &field {
            self.report.push(binary_conflict(
                Code::PlaneSkipNeedsTernary,
                "plane_skip is true, but partial_sum is binary: an all-zero bit plane gives p = +1 \
                 in every column and cannot be skipped",
                KeyId::PlaneSkip.key(),
                entry,
                "false",
            ));
        }
        false
    }

    fn name_and_warnings(&mut self, config: &mut Config, name: Field<String>) {
        let derived = name::default_name(config);
        config.name = match &name {
            Field::Given(name, entry) => {
                if name::looks_derived(name) && *name != derived {
                    let message = format!(
                        "name is `{name}`, which looks like a default name, but these parameters \
                         have the default name `{derived}`"
                    );
                    self.report.push(
                        check::about(Code::MisleadingName, message, KeyId::Name.key(), entry)
                            .help("leave the name out, or choose one of your own"),
                    );
                }
                name.clone()
            }
            Field::Absent | Field::Faulty => derived,
        };
        let (cols, slices) = (config.cols, config.weight_slices);
        if !self.layer.contains_key(&KeyId::WeightSlices) && slices < 4 {
            self.report.push(
                Diagnostic::new(
                    Code::SlicesLowered,
                    format!(
                        "weight_slices is {slices} instead of 4, for there are only {cols} columns"
                    ),
                )
                .key("weight_slices")
                .help(format!(
                    "legal with these columns: weight_slices 1..={cols}"
                )),
            );
        }
        if cols % slices != 0 {
            let unused = cols % slices;
            let verb = if unused == 1 { "belongs" } else { "belong" };
            let message =
                format!("{unused} of {cols} columns {verb} to no output of {slices} columns");
            let (fewer, more) = (cols - unused, cols - unused + slices);
            let more = if more <= 4096 {
                format!(" or {more}")
            } else {
                String::new()
            };
            self.report.push(
                Diagnostic::new(Code::UnusedColumns, message)
                    .key("cols")
                    .help(format!(
                        "cols {fewer}{more} leaves none; unused columns cost area"
                    )),
            );
        }
    }
}

/// A value that binary partial sums rule out, and the one that they take.
fn binary_conflict(
    code: Code,
    message: &str,
    key: &super::Key,
    entry: &Entry,
    legal: &str,
) -> Diagnostic {
    check::about(code, message.to_owned(), key, entry)
        .legal(legal)
        .help(format!(
            "leave {} out, give {}, or use ternary partial sums: {}",
            key.name,
            check::assignment(key, legal, &entry.origin),
            check::assignment(KeyId::PartialSum.key(), "ternary", &entry.origin),
        ))
}

fn default_number(id: KeyId) -> u32 {
    match id.key().default {
        DefaultValue::Integer(number) => number,
        _ => 0,
    }
}
