//! `cargo xtask screenshot`: the real window and the real tray, as `docs/images/window.png` and `tray.png`.
//!
//! The app lives in a private session with a real panel, connected to the sandbox cloud and its week of a doctor. It
//! says on its output when its page is there; then it draws, and is done when its pictures stay the same.

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use anyhow::{Context, Result, bail};

use crate::cloud::Cloud;
use crate::command::Run;
use crate::demo::Demo;
use crate::install::Installing;
use crate::session::Session;
use crate::{install, needs, place, run, say};

/// The title of the window.
const WINDOW: &str = "PharmaDOC Companion";
/// Where the first icon of the panel is, and what of the screen shows it with its menu.
const ICON: (&str, &str) = ("18", "17");
const MENU: &str = "380x262+0+0";
/// Nothing moves when so many pictures in a row are alike: what stands for a part that is still loading pulses slowly.
const STILL: usize = 8;
/// A window that has not drawn yet is of one colour, and its picture smaller than this.
const BLANK: usize = 4096;
/// How many pictures are taken at most until nothing moves any more.
const PICTURES: usize = 300;
/// Takes the pictures.
///
/// # Errors
/// When something cannot be installed, built or started, or the window does not appear.
pub(crate) fn screenshot(installing: Installing) -> Result<()> {
    let lists = [needs::APT_ENGINE, needs::APT_SESSION, needs::APT_SCREENSHOT];
    install::apt(&lists, installing)?;
    run::build_all(installing)?;
    let mut session = Session::start()?;
    start_panel(&mut session)?;
    let cloud = Cloud::start()?;
    let demo = Demo::make(&cloud)?;

    let mut app = App::start(&session, &demo)?;
    app.wait_for("shown")?;
    let images = place::root()?.join("docs/images");
    fs::create_dir_all(&images)?;
    let window = find_window(&session)?;
    take_picture(&session, &["-window", &window], &images.join("window.png"))?;

    in_session(&session, "wmctrl", &["-ic", &window])?;
    app.wait_for("closed")?;
    let click = ["mousemove", ICON.0, ICON.1, "click", "1"];
    in_session(&session, "xdotool", &click)?;
    let menu = ["-window", "root", "-crop", MENU];
    take_picture(&session, &menu, &images.join("tray.png"))
}

fn in_session(session: &Session, program: &str, words: &[&str]) -> Result<String> {
    Run::new(program)?
        .args(words)
        .envs(session.variables())
        .read()
}

/// The window that people see: the tray has windows of the same name.
fn find_window(session: &Session) -> Result<String> {
    let listed = in_session(session, "wmctrl", &["-l"])?;
    let line = listed.lines().find(|line| line.ends_with(WINDOW));
    let id = line.and_then(|line| line.split_whitespace().next());
    Ok(id.context("the window is not there")?.to_owned())
}

/// A panel shows icons only if it is told of them by the settings of this session.
fn start_panel(session: &mut Session) -> Result<()> {
    let settings = session.config().join("xfce4/xfconf/xfce-perchannel-xml");
    fs::create_dir_all(&settings)?;
    let panel = include_str!("../sample/xfce4-panel.xml");
    fs::write(settings.join("xfce4-panel.xml"), panel)?;
    let command = Run::new("xfce4-panel")?
        .envs(session.variables())
        .into_command();
    session.add(command, "xfce4-panel")
}

/// The app; it ends when this is dropped.
struct App {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl App {
    fn start(session: &Session, demo: &Demo) -> Result<Self> {
        let mut command = Run::new(place::binary("pharmadoc-companion")?)?
            .args(demo.options())
            .envs(session.variables())
            .into_command();
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .context("the companion does not start")?;
        let output = process.stdout.take().context("no output to read")?;
        let lines = BufReader::new(output).lines();
        Ok(Self { process, lines })
    }

    fn wait_for(&mut self, state: &str) -> Result<()> {
        let wanted = format!(r#""window":"{state}""#);
        let mut lines = self.lines.by_ref().map_while(std::io::Result::ok);
        if !lines.any(|line| line.contains(&wanted)) {
            bail!("the companion ended before its window was {state}");
        }
        Ok(())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Takes pictures until nothing moves any more, and keeps the last.
fn take_picture(session: &Session, of: &[&str], picture: &Path) -> Result<()> {
    let (mut last, mut alike) = (Vec::new(), 0);
    for _ in 0..PICTURES {
        Run::new("import")?
            .args(of)
            .args(["+repage", "-strip"])
            .arg(picture)
            .envs(session.variables())
            .read()?;
        let this = fs::read(picture)?;
        alike = if this == last { alike + 1 } else { 0 };
        if alike == STILL && this.len() > BLANK {
            say::line(&format!("    {}", picture.display()));
            return Ok(());
        }
        last = this;
    }
    bail!("{} does not come to rest", picture.display())
}
