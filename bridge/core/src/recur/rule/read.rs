//! Reading the text of a rule.

use super::{Freq, Rule, RuleError, Skip, Until, Weekday};
use crate::recur::value::{self, Written};

/// More entries than this in one list mean nothing (`BYYEARDAY` can name 732 days) and are cut.
const LONGEST_LIST: usize = 800;

impl Rule {
    /// Reads a rule. The second value says whether something in it was left out as unreadable.
    ///
    /// # Errors
    /// [`RuleError`] when nothing can be expanded from it.
    pub(crate) fn read(text: &str) -> Result<(Self, bool), RuleError> {
        let parts = || {
            text.split(';')
                .filter_map(|part| part.split_once('='))
                .map(|(name, value)| (name.trim().to_ascii_uppercase(), value.trim()))
        };
        let freq = parts().find(|(name, _)| name == "FREQ");
        let freq = freq
            .and_then(|(_, value)| frequency(value))
            .ok_or(RuleError::Freq)?;
        let mut rule = Self::every(freq);
        let mut clean = true;
        for (name, value) in parts() {
            clean &= rule.read_part(&name, value)?;
        }
        rule.drop_what_the_frequency_forbids();
        Ok((rule, clean))
    }

    /// Takes one part in; `false` when (some of) it was unreadable.
    fn read_part(&mut self, name: &str, value: &str) -> Result<bool, RuleError> {
        let clean = match name {
            "INTERVAL" => number(value, 1, i64::from(u32::MAX)).map(|n| self.interval = n),
            "COUNT" => value.parse().ok().map(|n: u64| self.count = Some(n.max(1))),
            "UNTIL" => until(value).map(|until| self.until = Some(until)),
            "WKST" => weekday(value).map(|day| self.week_start = day),
            "BYSECOND" => numbers(&mut self.by_second, value, 0, 60),
            "BYMINUTE" => numbers(&mut self.by_minute, value, 0, 59),
            "BYHOUR" => numbers(&mut self.by_hour, value, 0, 23),
            "BYMONTHDAY" => numbers(&mut self.by_month_day, value, -31, 31),
            "BYYEARDAY" => numbers(&mut self.by_year_day, value, -366, 366),
            "BYWEEKNO" => numbers(&mut self.by_week_no, value, -53, 53),
            "BYMONTH" => numbers(&mut self.by_month, value, 1, 12),
            "BYSETPOS" => numbers(&mut self.by_set_pos, value, -366, 366),
            "BYDAY" => weekdays(&mut self.by_day, value),
            "SKIP" => skip(value).map(|skip| self.skip = skip),
            "RSCALE" if !value.eq_ignore_ascii_case("GREGORIAN") => return Err(RuleError::Scale),
            _ => Some(()), // RFC 5545 section 3.3.10: parts nobody knows are ignored
        };
        // A leap second is read as the second before it (RFC 5545 section 3.3.5).
        for second in &mut self.by_second {
            *second = (*second).min(59);
        }
        self.by_second.dedup();
        Ok(clean.is_some())
    }

    /// Forgets the parts that section 3.3.10 does not allow with this frequency ("N/A" in its table).
    fn drop_what_the_frequency_forbids(&mut self) {
        if self.freq != Freq::Yearly {
            self.by_week_no.clear();
        }
        if matches!(self.freq, Freq::Daily | Freq::Weekly | Freq::Monthly) {
            self.by_year_day.clear();
        }
        if self.freq == Freq::Weekly {
            self.by_month_day.clear();
        }
        if self.freq < Freq::Monthly || !self.by_week_no.is_empty() {
            for entry in &mut self.by_day {
                entry.ordinal = None;
            }
            self.by_day.dedup();
        }
    }
}

fn frequency(text: &str) -> Option<Freq> {
    Some(match text.to_ascii_uppercase().as_str() {
        "SECONDLY" => Freq::Secondly,
        "MINUTELY" => Freq::Minutely,
        "HOURLY" => Freq::Hourly,
        "DAILY" => Freq::Daily,
        "WEEKLY" => Freq::Weekly,
        "MONTHLY" => Freq::Monthly,
        "YEARLY" => Freq::Yearly,
        _ => return None,
    })
}

fn weekday(text: &str) -> Option<i64> {
    let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
    let at = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text))?;
    i64::try_from(at).ok()
}

fn skip(text: &str) -> Option<Skip> {
    Some(match text.to_ascii_uppercase().as_str() {
        "OMIT" => Skip::Omit,
        "BACKWARD" => Skip::Backward,
        "FORWARD" => Skip::Forward,
        _ => return None,
    })
}

fn until(text: &str) -> Option<Until> {
    Some(match value::date_or_time(text)? {
        Written::Date(day) => Until::Date(day),
        Written::Local(local) => Until::Local(local),
        Written::Utc(utc) => Until::Utc(utc),
    })
}

fn number(text: &str, min: i64, max: i64) -> Option<i64> {
    let number = text.trim().trim_start_matches('+').parse().ok()?;
    (min <= number && number <= max).then_some(number)
}

/// Reads a list of numbers, 0 only where `min` is 0; `None` when an entry was left out.
fn numbers(list: &mut Vec<i64>, text: &str, min: i64, max: i64) -> Option<()> {
    let mut clean = true;
    for entry in text.split(',').take(LONGEST_LIST) {
        match number(entry, min, max).filter(|n| *n != 0 || min == 0) {
            Some(number) => list.push(number),
            None => clean = false,
        }
    }
    list.sort_unstable();
    list.dedup();
    clean.then_some(())
}

fn weekdays(list: &mut Vec<Weekday>, text: &str) -> Option<()> {
    let mut clean = true;
    for entry in text.split(',').take(LONGEST_LIST).map(str::trim) {
        match weekday_entry(entry) {
            Some(day) => list.push(day),
            None => clean = false,
        }
    }
    list.sort_unstable_by_key(|day| (day.weekday, day.ordinal));
    list.dedup();
    clean.then_some(())
}

fn weekday_entry(text: &str) -> Option<Weekday> {
    let split = text.len().checked_sub(2)?;
    let weekday = weekday(text.get(split..)?)?;
    let ordinal = match text.get(..split)? {
        "" => None,
        ordinal => Some(number(ordinal, -366, 366).filter(|n| *n != 0)?),
    };
    Some(Weekday { ordinal, weekday })
}
