//! One app per data folder: a second start brings up the window of the first and ends.

use std::path::Path;

use bridge::paths::Paths;
use tauri::{AppHandle, Wry, plugin::TauriPlugin};

use crate::arguments::TRAY_ONLY;
use crate::window;

/// The plugin that finds the first. It comes before everything else: the second must end before it opens anything.
///
/// On Linux each data folder counts for itself, so that a demonstration runs beside the real one; elsewhere there is one
/// app per person.
pub(crate) fn plugin(paths: &Paths) -> TauriPlugin<Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(bus_name(paths.data_dir()))
        .callback(|app, words, _folder| on_second_start(app, &words))
        .build()
}

/// What started by itself opens nothing: the system starts it so when the person signs in.
fn on_second_start(app: &AppHandle, words: &[String]) {
    if words.iter().any(|word| word == TRAY_ONLY) {
        return;
    }
    let of = app.clone();
    // When this fails the app is ending, and so is the one who asks.
    drop(app.run_on_main_thread(move || window::open_or_say(&of)));
}

/// A name on the message bus that belongs to this folder: letters and digits, the same in every run and version.
fn bus_name(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let folder = folder.canonicalize().unwrap_or(folder);
    let number = fnv(folder.as_os_str().as_encoded_bytes());
    format!("app.pharmadoc.companion.of{number:016x}")
}

/// FNV-1a, 64 bits (draft-eastlake-fnv): short, and the same for ever.
fn fnv(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        for (text, hash) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(fnv(text.as_bytes()), hash);
        }
    }

    #[test]
    fn one_folder_has_one_name_however_it_is_written() {
        let temp = std::env::temp_dir();
        let odd = temp.join(".").join("..").join(temp.file_name().unwrap());
        assert_eq!(bus_name(&temp), bus_name(&odd));
        assert_ne!(bus_name(&temp), bus_name(Path::new("/")));
    }
}
