//! The command line as people type it; its help texts are the manual.

mod accounts;

use std::path::PathBuf;

use bridge::config::Loopback;
use bridge::store::clients::View;
use bridge_core::ids::{CalendarName, Login};
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

pub(crate) use accounts::{
    Account, AddAccount, Browser, Conflicts, Deletions, Held, PasswordFrom, Pharmadoc, Sync, YesNo,
};

/// Keeps your calendars in step with their providers, serves them to the calendar apps on this computer, and keeps them
/// encrypted.
#[derive(Debug, Parser)]
#[command(name = "pharmadoc-bridge", version, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 failed with a message that names the fix, 2 wrong usage."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Folder for data and configuration [default: the platform's folders, or `PHARMADOC_HOME`]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub(crate) data_dir: Option<PathBuf>,
    /// Configuration file [default: config.toml in its folder]
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Keep the master key in this file instead of the system's keychain; made when there is no database yet
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
    /// Protect the database with a passphrase, asked for or taken from `PHARMADOC_PASSPHRASE`
    #[arg(long, global = true, conflicts_with = "key_file")]
    pub(crate) passphrase: bool,
    /// Addresses to use in place of the providers' own: a JSON file like the ready line of the sandbox
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    pub(crate) endpoints: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the local calendars over CalDAV until stopped
    ///
    /// Prints one line of JSON when ready: {"ready":true,"http":URL,"https":URL or null,"login":NAME or null}.
    Serve(Serve),
    /// Sync the accounts and serve all calendars over http and https until stopped
    ///
    /// Prints one line of JSON when ready, like `serve`; below it a terminal shows how the accounts are and what comes.
    Run(Serve),
    /// The accounts at calendar providers
    Account {
        /// What to do with them
        #[command(subcommand)]
        command: Account,
    },
    /// The PharmaDOC platform: who is signed in
    Pharmadoc {
        /// What to do there
        #[command(subcommand)]
        command: Pharmadoc,
    },
    /// Sync once: fetch what is new, send what waits
    Sync(Sync),
    /// Versions that lost when both sides changed the same entry
    Conflicts {
        /// What to do with them
        #[command(subcommand)]
        command: Conflicts,
    },
    /// Deletions that look like an accident and wait for you
    Deletions {
        /// What to do with them
        #[command(subcommand)]
        command: Deletions,
    },
    /// The apps that may read the calendars
    Client {
        /// What to do with them
        #[command(subcommand)]
        command: Client,
    },
    /// Take the objects of an iCalendar file into a calendar
    Import(Import),
    /// Write a calendar into an iCalendar file
    Export(Export),
    /// Show what takes place
    Agenda(Agenda),
    /// Show calendars, apps and anything that needs attention
    Status(Status),
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// `serve` and `run`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address for http; port 0 picks a free one [default: the port of last time, or a free one, kept from then on]
    #[arg(long, value_name = "127.0.0.1:PORT")]
    pub(crate) listen: Option<Loopback>,
    /// Address for https, which Apple Calendar needs; port 0 picks a free one
    #[arg(long, value_name = "127.0.0.1:PORT")]
    pub(crate) tls_listen: Option<Loopback>,
    /// An app's user name, with the password from --password-file; added if there is none of this name
    #[arg(long, value_name = "NAME", requires = "password_file", value_parser = login)]
    pub(crate) login: Option<Login>,
    /// The file with the password of --login: its first line
    #[arg(long, value_name = "FILE", requires = "login", value_hint = ValueHint::FilePath)]
    pub(crate) password_file: Option<PathBuf>,
}

/// `client`.
#[derive(Debug, Subcommand)]
pub(crate) enum Client {
    /// Allow an app in: prints its password, this once
    Add {
        /// The user name of the app
        #[arg(value_parser = login)]
        name: Login,
        /// How much it sees: all, busy (only when, not what) or pharmadoc (only visits booked there)
        #[arg(long, default_value = "all", value_name = "all|busy|pharmadoc")]
        view: View,
        /// It may not change anything
        #[arg(long)]
        read_only: bool,
        /// What you call it [default: the user name]
        #[arg(long, value_name = "TEXT")]
        label: Option<String>,
    },
    /// List the apps
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Lock an app out, at once
    Revoke {
        /// The user name of the app
        #[arg(value_parser = login)]
        name: Login,
    },
}

/// `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The iCalendar file; - reads standard input
    #[arg(value_name = "FILE.ics", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The calendar's name in its address; made if there is none
    #[arg(long, value_name = "NAME", value_parser = calendar)]
    pub(crate) calendar: CalendarName,
}

/// `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write; - writes to standard output
    #[arg(value_name = "FILE.ics", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The calendar's name in its address
    #[arg(long, value_name = "NAME", value_parser = calendar)]
    pub(crate) calendar: CalendarName,
    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) force: bool,
}

/// `agenda`.
#[derive(Debug, Args)]
pub(crate) struct Agenda {
    /// The first day or instant: 2026-12-24, 2026-12-24T18:00 or with Z or an offset [default: today]
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<crate::agenda::When>,
    /// Up to here, not included; a day is included whole [default: a week later]
    #[arg(long, value_name = "WHEN")]
    pub(crate) to: Option<crate::agenda::When>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `status`.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A user name: what Basic authentication and a URL can carry (RFC 7617 forbids the colon).
fn login(text: &str) -> Result<Login, String> {
    named(text, ':').map(Login::new)
}

fn calendar(text: &str) -> Result<CalendarName, String> {
    named(text, '/').map(CalendarName::new)
}

fn named(text: &str, forbidden: char) -> Result<&str, String> {
    let wrong = |letter: char| {
        letter == forbidden || letter == '/' || letter == '\\' || letter.is_control()
    };
    if text.is_empty() || text.len() > 200 || text == "." || text == ".." || text.contains(wrong) {
        return Err(format!(
            "a name has 1 to 200 characters, none of them \"{forbidden}\", \"/\", \"\\\" or a control character"
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory as _;
        Arguments::command().debug_assert();
    }

    #[test]
    fn names_are_ones_that_a_url_and_a_header_can_carry() {
        for name in ["phone", "Dr. Ünal", "a b"] {
            assert!(login(name).is_ok());
        }
        for name in ["", "a:b", "a/b", "..", "a\nb"] {
            assert!(login(name).is_err());
        }
    }
}
