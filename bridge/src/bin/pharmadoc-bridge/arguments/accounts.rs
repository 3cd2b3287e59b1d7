//! `account`, `sync`, `conflicts` and `deletions`, as people type them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

/// `account`.
#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Connect an account: signs in, and keeps it with its calendars when that works
    Add(AddAccount),
    /// List the accounts with the age of their data
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove an account, its password and the copies of its calendars; the provider keeps everything
    Remove {
        /// What you call it
        name: String,
        /// Also when changes made here have not reached the provider: they are lost
        #[arg(long)]
        force: bool,
    },
    /// Sign in again, with a new password or in the browser; what waits to be sent is kept and goes on
    Reconnect {
        /// What you call it
        name: String,
        #[command(flatten)]
        password: PasswordFrom,
        #[command(flatten)]
        browser: Browser,
        /// In the browser: whether to ask for the permission to change events too [default: as before]
        #[arg(long, value_name = "ANSWER")]
        changes: Option<YesNo>,
    },
    /// List the calendars that an account offers
    Calendars {
        /// What you call it
        name: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Copy calendars of an account here, or stop copying them
    Choose {
        /// What you call the account
        name: String,
        /// The calendars, as people or the addresses call them
        #[arg(required = true, value_name = "CALENDAR")]
        calendars: Vec<String>,
        /// Remove the copies; the provider keeps everything
        #[arg(long)]
        off: bool,
        /// Also when changes made here have not reached the provider: they are lost
        #[arg(long, requires = "off")]
        force: bool,
    },
    /// Say whether the events of a calendar take your time
    Busy {
        /// What you call the account
        name: String,
        /// The calendar, as people or the addresses call it
        calendar: String,
        /// They do or do not
        answer: YesNo,
    },
    /// Say whether visits are written into a calendar
    Visits {
        /// What you call the account
        name: String,
        /// The calendar, as people or the addresses call it
        calendar: String,
        /// They are or are not
        answer: YesNo,
    },
    /// Give the copy of a calendar a name or a colour of your own; the provider keeps its own
    Dress {
        /// What you call the account
        name: String,
        /// The calendar, as people or the addresses call it
        calendar: String,
        /// What it is called here; "" for what its provider calls it
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
        /// Its colour, like #2a7de1
        #[arg(long, value_name = "#RRGGBB")]
        color: Option<String>,
    },
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum YesNo {
    /// They do
    Yes,
    /// They do not
    No,
}

/// `account add`.
#[derive(Debug, Args)]
pub(crate) struct AddAccount {
    /// google or microsoft, in the browser; caldav for any server, or one that is known: icloud, fastmail, mailbox-org, nextcloud, yahoo, zoho, or an entry
    /// of your own providers.toml
    pub(crate) provider: String,
    /// The server: an address with https://, a host or a mail address [default: the provider's own]
    #[arg(value_hint = ValueHint::Url)]
    pub(crate) address: Option<String>,
    /// The user name there; not for google and microsoft, which ask in the browser
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    #[command(flatten)]
    pub(crate) password: PasswordFrom,
    #[command(flatten)]
    pub(crate) browser: Browser,
    /// What you call the account [default: the provider's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// A calendar to copy; may be given several times [default: all with events]
    #[arg(long, value_name = "NAME")]
    pub(crate) calendar: Vec<String>,
    /// In the browser: whether to ask for the permission to change events too
    #[arg(long, value_name = "ANSWER", default_value = "yes")]
    pub(crate) changes: YesNo,
    /// Accept an address without TLS: everybody on the way can read the password
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}

/// How the address to sign in at is shown.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Browser {
    /// Print the address to sign in at instead of opening $BROWSER or the system's browser
    #[arg(long)]
    pub(crate) no_browser: bool,
}

/// Where a password comes from; never from the command line, which others can see.
#[derive(Debug, Args)]
pub(crate) struct PasswordFrom {
    /// The file with the password: its first line [default: asked for on the terminal]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) password_file: Option<PathBuf>,
}

/// `pharmadoc`.
#[derive(Debug, Subcommand)]
pub(crate) enum Pharmadoc {
    /// Sign in; providers can tell of changes through it from then on
    SignIn {
        /// Your mail address there
        #[arg(long, value_name = "MAIL")]
        user: String,
        #[command(flatten)]
        password: PasswordFrom,
    },
    /// Sign out, and take back what PharmaDOC knows of the accounts
    SignOut,
}

/// `sync`.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// Only this account
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// List everything and compare, instead of asking what changed
    #[arg(long)]
    pub(crate) full: bool,
}

/// `conflicts`.
#[derive(Debug, Subcommand)]
pub(crate) enum Conflicts {
    /// List the versions that lost in the last 30 days
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the version that lost
    Show {
        /// Its number in the list
        id: i64,
    },
    /// Put the version back that lost; it is sent to the provider like any other edit
    Restore {
        /// Its number in the list
        id: i64,
    },
}

/// `deletions`.
#[derive(Debug, Subcommand)]
pub(crate) enum Deletions {
    /// List deletions that wait because so many at once look like an accident
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// They are meant: delete on the other side too
    Agree(Held),
    /// They are not meant: put the entries back
    Restore(Held),
}

/// Which deletions.
#[derive(Debug, Args)]
pub(crate) struct Held {
    /// What you call the account
    pub(crate) account: String,
    /// The calendar, as people or the addresses call it
    pub(crate) calendar: String,
}
