//! Numbers keep their unit and their hours on the same line: `14 h 30`, `20 min`, `10 €`.

use super::{NARROW, NBSP, Pass};

/// Units that may be stuck to their number: a no-break space is then put between.
const STUCK_UNITS: [&str; 20] = [
    "€", "k€", "M€", "%", "‰", "°C", "min", "kg", "km", "cm", "mm", "mg", "µg", "ml", "mL", "cl", "cL", "m²", "m³",
    "km²",
];

/// Units that are only recognised after a space: stuck to a number they may be a name (`4G`, `3M`).
const SPACED_UNITS: [&str; 22] = [
    "h", "mn", "s", "g", "m", "l", "L", "dl", "dL", "Mo", "Go", "ko", "Ko", "To", "W", "V", "kW", "kWh", "dB", "Hz",
    "mmHg", "°",
];

impl<const HTML: bool> Pass<'_, HTML> {
    /// Deals with the number that starts at `at`.
    pub(super) fn number(&mut self, at: usize) -> usize {
        let before = self.before(at);
        let end = self.skip_digits(at);
        if before.is_alphanumeric() || matches!(before, '_' | '.' | ',' | '#' | '@' | '=' | '&') {
            return end;
        }
        let end = if self.is_one_of_many(at) { end } else { self.group_thousands(at, end) };
        let end = self.skip_decimals(end);
        let unit = self.line_spaces_after(end);
        self.hours(end, unit).or_else(|| self.unit(end, unit)).unwrap_or(end)
    }

    fn skip_digits(&self, at: usize) -> usize {
        at + self.bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    /// Whether the number follows another in a row, as in a telephone number.
    fn is_one_of_many(&self, at: usize) -> bool {
        let before = self.text[..at].strip_suffix([' ', '\u{a0}', NARROW]);
        before.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    }

    /// `10 000`: groups of three digits stay together, where no other digits follow.
    fn group_thousands(&mut self, start: usize, mut end: usize) -> usize {
        if end - start > 3 || self.bytes[start] == b'0' || !self.is_whole_number(end) {
            return end;
        }
        loop {
            let group = self.one_space_after(end);
            let group_end = self.skip_digits(group);
            if group == end || group_end - group != 3 {
                return end;
            }
            self.replace(end..group, NBSP, '\u{a0}');
            end = group_end;
        }
    }

    /// Whether only groups of three digits follow the first, which ends at `end`.
    fn is_whole_number(&self, mut end: usize) -> bool {
        loop {
            let group = self.one_space_after(end);
            let group_end = self.skip_digits(group);
            if group == end || group_end == group {
                return true;
            }
            if group_end - group != 3 {
                return false;
            }
            end = group_end;
        }
    }

    fn skip_decimals(&self, end: usize) -> usize {
        if matches!(self.bytes.get(end), Some(b',' | b'.')) {
            let decimals = self.skip_digits(end + 1);
            if decimals > end + 1 {
                return decimals;
            }
        }
        end
    }

    /// `14h30`, `14 h 30`, `14h`.
    fn hours(&mut self, number: usize, letter: usize) -> Option<usize> {
        if self.bytes.get(letter) != Some(&b'h') {
            return None;
        }
        let minutes = self.line_spaces_after(letter + 1);
        let minutes_end = self.skip_digits(minutes);
        let has_minutes = minutes_end - minutes == 2 && self.bytes[minutes] < b'6' && self.are_minutes(minutes_end);
        if !has_minutes && !self.ends_word(letter + 1) {
            return None;
        }
        self.replace(number..letter, NBSP, '\u{a0}');
        if !has_minutes {
            return Some(letter + 1);
        }
        self.replace(letter + 1..minutes, NBSP, '\u{a0}');
        let unit = self.line_spaces_after(minutes_end);
        Some(self.unit(minutes_end, unit).unwrap_or(minutes_end))
    }

    /// Whether two digits that end at `at` are minutes: `14 h 30`, `2 h 30 min`, not `2 h 30 km`.
    fn are_minutes(&self, at: usize) -> bool {
        let unit = self.line_spaces_after(at);
        match self.unit_end(at, unit) {
            Some(end) => matches!(&self.text[unit..end], "min" | "mn"),
            None => self.ends_word(at),
        }
    }

    /// Ties a number to its unit.
    fn unit(&mut self, number: usize, unit: usize) -> Option<usize> {
        let end = self.unit_end(number, unit)?;
        self.replace(number..unit, NBSP, '\u{a0}');
        Some(end)
    }

    /// Where the unit at `unit` of a number that ends at `number` ends, if there is one.
    fn unit_end(&self, number: usize, unit: usize) -> Option<usize> {
        let rest = &self.text[unit..];
        let find = |units: &[&str]| {
            let known = units.iter().find(|name| rest.starts_with(**name) && self.ends_word(unit + name.len()));
            known.map(|name| unit + name.len())
        };
        find(&STUCK_UNITS).or_else(|| if unit > number { find(&SPACED_UNITS) } else { None })
    }

    /// Whether no word goes on at `at`.
    fn ends_word(&self, at: usize) -> bool {
        self.char_at(at).is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '\'' | '’' | '_'))
    }

    /// After one space, ordinary or no-break, at most.
    fn one_space_after(&self, at: usize) -> usize {
        match self.char_at(at) {
            Some(space @ (' ' | '\u{a0}' | NARROW)) => at + space.len_utf8(),
            _ => at,
        }
    }

    /// After the spaces of the same line.
    fn line_spaces_after(&self, at: usize) -> usize {
        let end = self.spaces_after(at);
        if self.text[at..end].contains('\n') { at } else { end }
    }
}
