//! Names for addresses, made from what people call things.

/// Small letters, digits and single hyphens, at most `longest` of them; `otherwise` when nothing is left.
pub fn slug(text: &str, longest: usize, otherwise: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        match letter.to_ascii_lowercase() {
            plain if plain.is_ascii_alphanumeric() => slug.push(plain),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(longest);
    match slug.trim_end_matches('-') {
        "" => otherwise.to_owned(),
        slug => slug.to_owned(),
    }
}

/// The name itself, then the name with numbers: `week`, `week-2`, `week-3` …
pub fn numbered(name: &str) -> impl Iterator<Item = String> + '_ {
    std::iter::once(name.to_owned()).chain((2..).map(move |number: u64| format!("{name}-{number}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (text, expected) in [
            ("Thunderbird", "thunderbird"),
            ("Apple Calendar (iMac)", "apple-calendar-imac"),
            ("日本", "app"),
            ("Évolution", "volution"),
            (
                "a very long name that nobody would type",
                "a-very-long-name-that-no",
            ),
        ] {
            assert_eq!(slug(text, 24, "app"), expected);
        }
    }

    #[test]
    fn a_taken_name_is_numbered() {
        let names: Vec<_> = numbered("week").take(3).collect();
        assert_eq!(names, ["week", "week-2", "week-3"]);
    }
}
