//! The store as its users see it.

use bridge::ids::SeededIds;
use bridge::secrets::MasterKey;
use bridge::store::calendars::{self, Access, CalendarKind, CalendarZone, NewCalendar};
use bridge::store::objects::{self, Conditions, Draft, Place};
use bridge::store::{Store, StoreError};
use bridge_core::ical::{ComponentKind, ComponentSet};
use bridge_core::ids::{CalendarName, ObjectName, Uid};
use bridge_core::time::Instant;

#[test]
fn what_is_put_is_got() {
    let folder = tempfile::tempdir().unwrap();
    let key = MasterKey::generate(&SeededIds::new(1)).unwrap();
    let store = Store::open(&folder.path().join("x.db"), &key.database_key()).unwrap();
    let now = Instant::from_timestamp_micros(1_800_000_000_000_000).unwrap();
    let calendar = store
        .write(move |tx| {
            calendars::create(
                tx,
                &NewCalendar {
                    name: CalendarName::new("c"),
                    kind: CalendarKind::Local,
                    display_name: "C".into(),
                    components: ComponentSet::ALL,
                    access: Access::ReadWrite,
                    zone: CalendarZone::default(),
                },
                now,
            )
        })
        .unwrap();
    let place = Place {
        calendar: calendar.id,
        name: ObjectName::new("a.ics"),
    };
    let draft = Draft::new(
        Uid::new("u"),
        ComponentKind::Event,
        b"hello".to_vec(),
        &calendar.zone,
        now,
    );
    let put = {
        let place = place.clone();
        store
            .write(move |tx| objects::put(tx, &place, &draft, &Conditions::default(), now))
            .unwrap()
    };
    let got = store
        .read(|tx| Ok::<_, StoreError>(objects::get(tx, place.calendar, &place.name)?))
        .unwrap()
        .unwrap();
    assert_eq!(got.octets, b"hello");
    assert_eq!(got.row.etag, put.etag);
}
