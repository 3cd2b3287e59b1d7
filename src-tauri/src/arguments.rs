//! The few words on the app's command line. Everything else is set in the window or in `config.toml`.

use std::ffi::OsString;
use std::io::Write;

use bridge::companion::Options;
use bridge::paths::{PathChoice, Paths};
use bridge::secrets::KeyChoice;

use crate::Failure;

/// The word with which the system starts the app when the person signs in.
pub(crate) const TRAY_ONLY: &str = "--tray-only";

const HELP: &str = "\
usage: pharmadoc-companion [OPTIONS]

  --data-dir DIR    keep data and configuration in DIR (PHARMADOC_HOME does the same)
  --key-file FILE   keep the key of the database in FILE instead of the keychain
  --endpoints FILE  use the addresses in FILE in place of the providers' own
  --tray-only       start in the tray, without opening a window
  --version         say which version this is
";

/// What to show at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    /// The window.
    Window,
    /// Nothing: started by the system, not by a person.
    TrayOnly,
}

/// What was said.
pub(crate) struct Arguments {
    pub(crate) options: Options,
    pub(crate) face: Face,
}

/// Reads the arguments; `None` when all that was wanted was a word from us.
///
/// # Errors
/// [`Failure`] with exit code 2 names the argument.
pub(crate) fn parse(
    mut words: impl Iterator<Item = OsString>,
) -> Result<Option<Arguments>, Failure> {
    let mut choice = PathChoice {
        home: std::env::var_os("PHARMADOC_HOME").map(Into::into),
        ..PathChoice::default()
    };
    let mut key = KeyChoice::Remembered;
    let mut endpoints = None;
    let mut face = Face::Window;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| usage(&word, "needs a value"));
        match word.to_str() {
            Some("--data-dir") => choice.data_dir = Some(value()?.into()),
            Some("--key-file") => key = KeyChoice::File(value()?.into()),
            Some("--endpoints") => endpoints = Some(value()?.into()),
            Some(TRAY_ONLY) => face = Face::TrayOnly,
            Some("--help" | "-h") => return Ok(tell(HELP)),
            Some("--version" | "-V") => return Ok(tell(concat!(env!("CARGO_PKG_VERSION"), "\n"))),
            _ => return Err(usage(&word, "is not an option of this program")),
        }
    }
    let paths = Paths::choose(&choice).map_err(|error| Failure::failed(&error))?;
    let options = Options {
        key,
        endpoints,
        ..Options::new(paths)
    };
    Ok(Some(Arguments { options, face }))
}

fn tell(text: &str) -> Option<Arguments> {
    drop(write!(std::io::stdout(), "{text}"));
    None
}

fn usage(word: &OsString, said: &str) -> Failure {
    Failure {
        message: format!(
            "{} {said}; --help lists the options",
            word.to_string_lossy()
        ),
        exit_code: 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Option<Arguments>, Failure> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn the_options_are_taken() {
        let said = parsed("--data-dir /d --key-file /k --tray-only")
            .unwrap()
            .unwrap();
        assert_eq!(said.face, Face::TrayOnly);
        assert_eq!(said.options.paths.data_dir(), std::path::Path::new("/d"));
        assert!(
            matches!(said.options.key, KeyChoice::File(file) if file == std::path::Path::new("/k"))
        );
    }

    #[test]
    fn wrong_usage_is_named() {
        for line in ["--tray", "--data-dir"] {
            let failure = parsed(line).err().unwrap();
            assert_eq!(failure.exit_code, 2);
            assert!(failure.message.contains(line), "{}", failure.message);
        }
    }
}
