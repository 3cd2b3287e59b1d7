//! Whether the desktop has a place for tray icons. Where it has none (GNOME without an extension) the window says how
//! to get back to it and how to quit.

/// Whether somebody shows tray icons.
#[cfg(target_os = "linux")]
pub(crate) fn is_there() -> bool {
    registered().unwrap_or_else(|error| {
        tracing::info!(%error, "no tray");
        false
    })
}

/// Asks the watcher of the `StatusNotifierItem` protocol, without starting one.
#[cfg(target_os = "linux")]
fn registered() -> Result<bool, gio::glib::Error> {
    use gio::prelude::ToVariant as _;

    let watcher = "org.kde.StatusNotifierWatcher";
    let answer = gio::bus_get_sync(gio::BusType::Session, gio::Cancellable::NONE)?.call_sync(
        Some(watcher),
        "/StatusNotifierWatcher",
        "org.freedesktop.DBus.Properties",
        "Get",
        Some(&(watcher, "IsStatusNotifierHostRegistered").to_variant()),
        None,
        gio::DBusCallFlags::NO_AUTO_START,
        PATIENCE_MS,
        gio::Cancellable::NONE,
    )?;
    let value = answer.child_value(0).as_variant();
    Ok(value.and_then(|value| value.get()).unwrap_or(false))
}

/// How long the desktop may take to answer, in milliseconds.
#[cfg(target_os = "linux")]
const PATIENCE_MS: i32 = 1000;

/// Windows and macOS always have one.
#[cfg(not(target_os = "linux"))]
pub(crate) fn is_there() -> bool {
    true
}
