//! What the project needs from outside, in one place: Debian and Ubuntu packages, Python packages, versions.
//!
//! Each line says why it is needed; `run` and `test` print that when they install it. A new need of a test is one
//! line here and nothing anywhere else.

/// A package and the reason for it.
pub(crate) struct Need {
    /// The name in the package registry (with `==version` for Python).
    pub(crate) name: &'static str,
    /// Why, in a few words that follow "for".
    pub(crate) why: &'static str,
}

impl Need {
    /// What is printed before it is installed.
    pub(crate) fn line(&self) -> String {
        format!("{:<30} for {}", self.name, self.why)
    }
}

const fn need(name: &'static str, why: &'static str) -> Need {
    Need { name, why }
}

/// apt: to build and test the engine (no webview among them).
pub(crate) const APT_ENGINE: &[Need] = &[
    need("build-essential", "the C parts of SQLCipher and ring"),
    need("pkg-config", "finding system libraries"),
    need("libssl-dev", "the encrypted store (SQLCipher)"),
];

/// apt: to build the window on top of the engine.
pub(crate) const APT_WINDOW: &[Need] = &[
    need("libwebkit2gtk-4.1-dev", "the window (WebKit)"),
    need("libayatana-appindicator3-dev", "the tray icon"),
    need("librsvg2-dev", "the icons"),
    need("libdbus-1-dev", "the desktop's message bus"),
];

/// apt: a private desktop session on a machine without a display.
pub(crate) const APT_SESSION: &[Need] = &[
    need("xvfb", "a display nobody sees"),
    need("dbus", "a private message bus"),
    need("gnome-keyring", "a private keychain"),
    need("dunst", "a notification service"),
    need("openbox", "a window manager"),
    need("fonts-dejavu-core", "letters in the window"),
    need("adwaita-icon-theme", "GTK's own icons"),
    need("at-spi2-core", "the accessibility bus GTK asks for"),
    need("libgl1-mesa-dri", "drawing without a graphics card"),
];

/// apt: what the tests drive.
pub(crate) const APT_TESTS: &[Need] = &[
    need("webkit2gtk-driver", "driving the real window"),
    need("wmctrl", "closing a window as a person does"),
    need("python3-venv", "Python clients, kept apart from the system"),
    need("thunderbird", "a real client: Thunderbird"),
    need("imagemagick", "pictures of Thunderbird's window"),
    need(
        "evolution-data-server",
        "a real client: Evolution and GNOME Calendar",
    ),
    need("gir1.2-ecal-2.0", "driving Evolution's engine"),
    need("python3-gi", "driving Evolution's engine"),
    need("calcurse", "a real client: calcurse"),
    need("python3-httplib2", "calcurse's CalDAV script"),
];

/// apt: for the pictures in the README.
pub(crate) const APT_SCREENSHOT: &[Need] = &[
    need("imagemagick", "taking the pictures"),
    need("xfce4-panel", "a tray that shows the icon"),
    need("xdotool", "opening the menu of the icon"),
    need("wmctrl", "finding and closing the window"),
];

/// Python: the Python clients and the server the load bench is compared with, pinned, in `target/venv`.
pub(crate) const PYTHON: &[Need] = &[
    need("vdirsyncer==0.21.0", "a real client: syncs folders"),
    need("caldav==3.6.0", "a real client: python-caldav"),
    need(
        "radicale==3.9.0",
        "the server the load bench is compared with",
    ),
    need("xandikos==0.4.10", "a real server: calendars in git"),
];

/// The oldest Node the interface is built with.
pub(crate) const NODE: (u32, u32) = (20, 19);
