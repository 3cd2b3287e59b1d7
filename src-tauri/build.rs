//! Compiles the window's configuration, icons and permissions into the app.

use tauri_build::{AppManifest, Attributes};

/// What the page may call, and nothing else: each name becomes a permission that `capabilities/` grants.
const COMMANDS: &[&str] = &[
    "overview",
    "restart_feed",
    "add_login",
    "revoke_login",
    "presets",
    "add_account",
    "reconnect_account",
    "connect_account",
    "reconnect_in_browser",
    "cancel_connecting",
    "remove_account",
    "sync_now",
    "choose_calendar",
    "change_calendar",
    "agenda",
    "decisions",
    "restore",
    "decide_deletions",
    "open_help",
    "tray_is_there",
    "quit",
];

fn main() -> anyhow::Result<()> {
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)
}
