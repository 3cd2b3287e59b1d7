//! The part of a desktop that shows tray icons, reduced to what a test wants to see: a watcher of the
//! `StatusNotifierItem` protocol on a message bus of its own, and a hand that reads and clicks menus
//! (com.canonical.dbusmenu).

use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender};

use anyhow::{Context as _, Result, ensure};
use companion_tests::clients::bus::Bus;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use crate::patience::{PATIENCE, until};

/// The desktop's place for icons.
pub(crate) struct TrayHost {
    connection: Connection,
    items: Receiver<Item>,
}

/// Where an icon is: who shows it, and under which path.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    owner: String,
    path: String,
}

impl TrayHost {
    /// Takes the place.
    pub(crate) fn open(bus: &Bus) -> Result<Self> {
        let (tell, items) = mpsc::channel();
        let connection = connection::Builder::address(bus.address())?
            .serve_at("/StatusNotifierWatcher", Watcher { tell })?
            .name("org.kde.StatusNotifierWatcher")?
            .build()?;
        Ok(Self { connection, items })
    }

    /// Waits for the next icon.
    pub(crate) fn next_icon(&self) -> Result<Icon<'_>> {
        let item = self.items.recv_timeout(PATIENCE);
        Ok(Icon {
            host: self,
            item: item.context("no icon comes")?,
        })
    }
}

struct Watcher {
    tell: Sender<Item>,
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "the shape of an interface on the bus"
)]
#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// Some name a path of theirs, some a name on the bus.
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string).unwrap_or_default();
        let item = if service.starts_with('/') {
            Item {
                owner: sender,
                path: service.to_owned(),
            }
        } else {
            Item {
                owner: service.to_owned(),
                path: "/StatusNotifierItem".to_owned(),
            }
        };
        drop(self.tell.send(item));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// An icon in the tray.
pub(crate) struct Icon<'h> {
    host: &'h TrayHost,
    item: Item,
}

impl Icon<'_> {
    /// The file with the picture.
    pub(crate) fn picture(&self) -> Result<String> {
        let item = self.proxy(&self.item.path, "org.kde.StatusNotifierItem")?;
        Ok(item.get_property("IconName")?)
    }

    /// The lines of the menu, from top to bottom.
    pub(crate) fn lines(&self) -> Result<Vec<String>> {
        let entries = self.entries()?;
        Ok(entries.into_iter().map(|(_, label)| label).collect())
    }

    /// Waits until a line of the menu is as wanted.
    pub(crate) async fn shows(&self, wanted: &str) -> Result<()> {
        until(&format!("no line {wanted}"), || async {
            let lines = self.lines()?;
            ensure!(lines.iter().any(|line| line.contains(wanted)), "{lines:?}");
            Ok(())
        })
        .await
    }

    /// Clicks the line of the menu.
    pub(crate) fn click(&self, label: &str) -> Result<()> {
        let entries = self.entries()?;
        let found = entries.iter().find(|(_, each)| each == label);
        let (id, _) = found.with_context(|| format!("no {label} in {entries:?}"))?;
        let event = (*id, "clicked", Value::from(0_i32), 0_u32);
        Ok(self.menu()?.call("Event", &event)?)
    }

    fn entries(&self) -> Result<Vec<(i32, String)>> {
        let everything = (0_i32, -1_i32, Vec::<&str>::new());
        let (_revision, (_root, _of_root, children)): Layout =
            self.menu()?.call("GetLayout", &everything)?;
        Ok(children.iter().filter_map(|child| entry(child)).collect())
    }

    fn menu(&self) -> Result<Proxy<'_>> {
        let item = self.proxy(&self.item.path, "org.kde.StatusNotifierItem")?;
        let path: OwnedObjectPath = item.get_property("Menu")?;
        self.proxy(path.as_str(), "com.canonical.dbusmenu")
    }

    fn proxy(&self, path: &str, interface: &'static str) -> Result<Proxy<'_>> {
        let owner = self.item.owner.clone();
        let proxy = Proxy::new(&self.host.connection, owner, path.to_owned(), interface);
        Ok(proxy?)
    }
}

/// A menu: revision, then the root with its properties and children.
type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// Number and label of an entry; separators have none.
fn entry(value: &Value<'_>) -> Option<(i32, String)> {
    let structure: &Structure<'_> = value.downcast_ref().ok()?;
    let [id, properties, ..] = structure.fields() else {
        return None;
    };
    let properties: HashMap<String, OwnedValue> = properties.try_clone().ok()?.try_into().ok()?;
    let label: &str = properties.get("label")?.downcast_ref().ok()?;
    Some((id.downcast_ref().ok()?, label.to_owned()))
}
