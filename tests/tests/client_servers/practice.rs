//! An installation that is connected to a server of somebody else, its feed as an app uses it, and another device.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::patience::until;
use companion_tests::process::{Home, Profile, Server};
use companion_tests::servers::RealServer;
use companion_tests::stage::{App, Said, item};
use serde_json::Value;

/// The account's name.
const ACCOUNT: &str = "Ward";
/// The last part of the calendar's path at the server.
const CALENDAR: &str = "ward";

/// All of it. No engine runs by itself: each round is asked for, so both sides can change in between.
pub(crate) struct Practice {
    /// The far side, as another device uses it.
    pub(crate) server: RealServer,
    /// The calendar's path there.
    pub(crate) path: String,
    home: Home,
    /// The feed, as an app uses it.
    app: App,
    /// The calendar's name in the feed.
    copy: String,
    _feed: Server,
}

impl Practice {
    /// Makes a calendar at the server, connects the account and makes one round.
    pub(crate) fn over(server: RealServer) -> Result<Self> {
        let path = server.make_calendar(CALENDAR)?;
        let home = Home::new()?;
        let feed = home.start(Profile::Dev)?;
        let password = home.data_dir().join("server-password");
        fs::write(&password, &server.credentials().password)?;
        let (url, password) = (server.url(), password.display().to_string());
        let who = [
            "--user",
            &server.credentials().login,
            "--password-file",
            &password,
        ];
        let mut add = home.command(&["account", "add", "caldav", &url])?;
        add.args(who)
            .args(["--name", ACCOUNT, "--calendar", CALENDAR]);
        Said::by(&mut add)?.done()?;
        let calendars =
            Said::by(&mut home.command(&["account", "calendars", ACCOUNT, "--json"])?)?;
        let copy = item(&calendars.json()?, "display_name", CALENDAR)?["name"]
            .as_str()
            .context("no name in the feed")?
            .to_owned();
        let app = App::of(&home, &feed);
        let practice = Self {
            server,
            path,
            home,
            app,
            copy,
            _feed: feed,
        };
        practice.sync()?;
        Ok(practice)
    }

    /// Runs a command of the companion.
    pub(crate) fn bridge(&self, words: &[&str]) -> Result<Said> {
        Said::by(&mut self.home.command(words)?)
    }

    /// Makes rounds until one went well and no change waits any more. Xandikos makes one write of a calendar at a time and
    /// refuses a second one meanwhile (423, for a second or more where there are thousands of objects), and Radicale answers
    /// 500 now and then when it is asked twice at once; both are tried again by themselves in a later round.
    pub(crate) fn sync(&self) -> Result<()> {
        until("nothing waits to be sent", || {
            let said = self.bridge(&["sync"])?;
            let status = self.status()?;
            if status.get("state") == Some(&"retrying".into()) {
                said.failed(&["tried again by itself"])?;
                return Ok(None);
            }
            said.done()?;
            let waiting = status.get("waiting") == Some(&0.into());
            Ok(waiting.then_some(()))
        })
    }

    /// What `status` says of the account.
    pub(crate) fn status(&self) -> Result<Value> {
        let status = self.bridge(&["status", "--json"])?.json()?;
        item(
            status.get("accounts").context("no accounts")?,
            "name",
            ACCOUNT,
        )
        .cloned()
    }

    /// An object as the feed has it.
    pub(crate) fn here(&self, name: &str) -> Result<Option<String>> {
        self.app.get(&self.copy, name)
    }

    /// An object as the server has it.
    pub(crate) fn there(&self, name: &str) -> Result<Option<String>> {
        self.server.get(&self.at(name))
    }

    /// The names of what the feed has.
    pub(crate) fn names_here(&self) -> Result<BTreeSet<String>> {
        self.app.names(&self.copy)
    }

    /// An app stores an object in the feed.
    pub(crate) fn put_here(&self, name: &str, text: &str) -> Result<()> {
        self.app.put(&self.copy, name, text)
    }

    /// Another device stores an object at the server.
    pub(crate) fn put_there(&self, name: &str, text: &str) -> Result<()> {
        self.server.put(&self.at(name), text.as_bytes())
    }

    /// An app edits the text of an object in the feed.
    pub(crate) fn edit_here(&self, name: &str, from: &str, to: &str) -> Result<()> {
        let text = self
            .here(name)?
            .with_context(|| format!("no {name} here"))?;
        ensure!(text.contains(from), "no {from:?} in {text}");
        self.put_here(name, &text.replace(from, to))
    }

    /// Another device edits the text of an object at the server.
    pub(crate) fn edit_there(&self, name: &str, from: &str, to: &str) -> Result<()> {
        let text = self
            .there(name)?
            .with_context(|| format!("no {name} there"))?;
        ensure!(text.contains(from), "no {from:?} in {text}");
        self.put_there(name, &text.replace(from, to))
    }

    /// An app deletes an object in the feed.
    pub(crate) fn delete_here(&self, name: &str) -> Result<()> {
        self.app.delete(&self.copy, name)
    }

    /// Another device deletes an object at the server.
    pub(crate) fn delete_there(&self, name: &str) -> Result<()> {
        self.server.delete(&self.at(name))
    }

    /// Both sides have the object in the same octets, with all these in its text; returns it.
    pub(crate) fn agree_on(&self, name: &str, has: &[&str]) -> Result<String> {
        let (here, there) = (self.here(name)?, self.there(name)?);
        ensure!(here == there, "here {here:?}\nthere {there:?}");
        let text = here.with_context(|| format!("no {name} on either side"))?;
        for part in has {
            ensure!(text.contains(part), "no {part:?} in {text}");
        }
        Ok(text)
    }

    /// Neither side has the object.
    pub(crate) fn agree_on_none(&self, name: &str) -> Result<()> {
        let (here, there) = (self.here(name)?, self.there(name)?);
        ensure!(here.is_none() && there.is_none(), "{here:?}\n{there:?}");
        Ok(())
    }

    /// Another round has nothing to do: neither side moves.
    pub(crate) fn is_at_rest(&self, names: &[&str]) -> Result<()> {
        let all = |practice: &Self| -> Result<Vec<_>> {
            let both = |name: &&str| Ok((practice.here(name)?, practice.there(name)?));
            names.iter().map(both).collect()
        };
        let before = all(self)?;
        self.sync()?;
        ensure!(
            all(self)? == before,
            "a round without a change changed something"
        );
        let status = self.status()?;
        ensure!(
            status.get("waiting") == Some(&0.into()) && status.get("state") == Some(&"ok".into()),
            "{status}"
        );
        Ok(())
    }

    fn at(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }
}
