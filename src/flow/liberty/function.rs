// SPDX-License-Identifier: MIT OR Apache-2.0
//! Boolean functions in the notation of Liberty.

/// A function of pins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Function {
    /// A constant.
    Constant(bool),
    /// A pin, or a storage variable.
    Pin(String),
    /// Not.
    Not(Box<Function>),
    /// And.
    And(Box<Function>, Box<Function>),
    /// Or.
    Or(Box<Function>, Box<Function>),
    /// Exclusive or.
    Xor(Box<Function>, Box<Function>),
}

impl Function {
    /// Reads a function: `!` or `'` binds strongest, then `^`, then `*`, `&` or a blank, then `+`
    /// or `|`.
    ///
    /// # Errors
    /// What is not understood.
    pub fn parse(text: &str) -> Result<Function, String> {
        if text.len() > LONGEST {
            return Err(format!("a function of more than {LONGEST} characters"));
        }
        let mut parser = Parser {
            rest: text,
            whole: text,
            depth: 0,
            atoms: 0,
        };
        let function = parser.or()?;
        parser.blanks();
        if parser.rest.is_empty() {
            Ok(function)
        } else {
            Err(parser.fault())
        }
    }

    /// As an expression of Verilog.
    pub fn to_verilog(&self) -> String {
        match self {
            Function::Constant(value) => format!("1'b{}", u8::from(*value)),
            Function::Pin(name) => name.clone(),
            Function::Not(inner) => match &**inner {
                // Icarus Verilog does not read `~~`.
                Function::Not(twice) => twice.to_verilog(),
                _ => format!("~{}", inner.to_verilog()),
            },
            Function::And(a, b) => format!("({} & {})", a.to_verilog(), b.to_verilog()),
            Function::Or(a, b) => format!("({} | {})", a.to_verilog(), b.to_verilog()),
            Function::Xor(a, b) => format!("({} ^ {})", a.to_verilog(), b.to_verilog()),
        }
    }

    /// The opposite. Two inversions are none: `~~a` is no expression of Verilog.
    #[must_use]
    pub fn inverted(self) -> Function {
        match self {
            Function::Not(inner) => *inner,
            Function::Constant(value) => Function::Constant(!value),
            other => Function::Not(Box::new(other)),
        }
    }

    /// The pin and whether it is inverted, if the function is no more than that.
    pub fn literal(&self) -> Option<(&str, bool)> {
        match self {
            Function::Pin(name) => Some((name, false)),
            Function::Not(inner) => match &**inner {
                Function::Pin(name) => Some((name, true)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Longest function: longer ones are no cells, and their trees would be too deep to walk.
const LONGEST: usize = 2000;

/// Deepest nesting of parentheses and inversions.
const DEEPEST: usize = 100;

/// Most operators.
const MOST: usize = 400;

struct Parser<'a> {
    rest: &'a str,
    whole: &'a str,
    /// Parentheses and inversions around what is read.
    depth: usize,
    /// Names and constants so far.
    atoms: usize,
}

impl Parser<'_> {
    fn fault(&self) -> String {
        let at = self.whole.len() - self.rest.len() + 1;
        format!(
            "function \"{}\" is not understood at character {at}",
            self.whole
        )
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, signs: &[char]) -> bool {
        self.blanks();
        match self.rest.strip_prefix(signs) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn or(&mut self) -> Result<Function, String> {
        let mut left = self.and()?;
        while self.take(&['+', '|']) {
            left = Function::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Function, String> {
        let mut left = self.xor()?;
        loop {
            let signed = self.take(&['*', '&']);
            let begins = |c: char| c.is_ascii_alphanumeric() || "_(!\"[".contains(c);
            if !signed && !self.rest.starts_with(begins) {
                return Ok(left);
            }
            left = Function::And(Box::new(left), Box::new(self.xor()?));
        }
    }

    fn xor(&mut self) -> Result<Function, String> {
        let mut left = self.not()?;
        while self.take(&['^']) {
            left = Function::Xor(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Function, String> {
        if self.take(&['!']) {
            self.deeper()?;
            let inner = self.not()?.inverted();
            self.depth -= 1;
            return Ok(inner);
        }
        let mut inner = self.atom()?;
        while self.take(&['\'']) {
            inner = inner.inverted();
        }
        Ok(inner)
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.fault());
        }
        Ok(())
    }

    fn atom(&mut self) -> Result<Function, String> {
        self.atoms += 1;
        if self.atoms > MOST {
            return Err(self.fault());
        }
        if self.take(&['(']) {
            self.deeper()?;
            let inner = self.or()?;
            self.depth -= 1;
            if self.take(&[')']) {
                return Ok(inner);
            }
            return Err(self.fault());
        }
        self.blanks();
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_[]".contains(c);
        let length = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        if length == 0 {
            return Err(self.fault());
        }
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(match name {
            "0" => Function::Constant(false),
            "1" => Function::Constant(true),
            name => Function::Pin(name.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Function;

    fn verilog(text: &str) -> String {
        Function::parse(text).unwrap().to_verilog()
    }

    #[test]
    fn operators_and_their_order() {
        assert_eq!(verilog("!(A1 & A2)"), "~(A1 & A2)");
        assert_eq!(verilog("((A B)+(B C'))"), "((A & B) | (B & ~C))");
        assert_eq!(verilog("A+B*C"), "(A | (B & C))");
        assert_eq!(verilog("A*B^C"), "(A & (B ^ C))");
        assert_eq!(verilog("((A^B)^C)"), "((A ^ B) ^ C)");
        assert_eq!(verilog("1"), "1'b1");
        assert_eq!(verilog("!(!(!((A+B))))"), "~(A | B)");
        assert_eq!(verilog("(D&DE) | (IQ&!DE)"), "((D & DE) | (IQ & ~DE))");
    }

    #[test]
    fn literals_and_faults() {
        assert_eq!(
            Function::parse("(!R)").unwrap().literal(),
            Some(("R", true))
        );
        assert_eq!(Function::parse("A*B").unwrap().literal(), None);
        for bad in ["", "A +", "(A", "A)", "A ? B", "é"] {
            assert!(Function::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_no_cell_can_be_is_refused_and_does_not_exhaust_the_stack() {
        for bad in ["(", "!", "A+", "A'^", "A "] {
            for times in [1000, 1_000_000] {
                assert!(Function::parse(&bad.repeat(times)).is_err());
            }
        }
        let most = "A+".repeat(399) + "A";
        assert_eq!(verilog(&most).matches('A').count(), 400);
    }
}
