//! What the system says of itself: it goes to sleep, it wakes up, there is a network again, it runs on its battery,
//! nobody is there.
//!
//! On Linux four services of the system bus say it: logind (`org.freedesktop.login1`, signal `PrepareForSleep`, and the
//! properties `IdleHint` and `LockedHint` of the doctor's session), `NetworkManager` (signal `StateChanged`),
//! systemd-networkd (property `OnlineState`) and `UPower` (property `OnBattery`). Whoever listens wakes up for their
//! signals and for nothing else. Elsewhere, and without such a bus, sleep is seen as a jump of the clock
//! (`sync/runner.rs`).
//!
//! That there is no network is heard and not believed: a wrong word would stop the sync, and the right one saves a few
//! calls that fail.

use tokio::sync::mpsc::UnboundedSender;

use super::eagerness::Eagerness;
use crate::sync::Input;

/// Passes on what the system says, until the sync has ended.
#[cfg(target_os = "linux")]
pub(super) async fn listen(tell: UnboundedSender<Input>, eagerness: Eagerness) {
    if let Err(error) = linux::listen(&tell, &eagerness).await {
        tracing::info!(%error, "the system does not tell when it sleeps and when it is online");
    }
}

/// Nothing is heard here.
#[cfg(not(target_os = "linux"))]
pub(super) async fn listen(tell: UnboundedSender<Input>, _eagerness: Eagerness) {
    tell.closed().await;
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::future::poll_fn;
    use std::pin::Pin;
    use std::time::Duration;

    use tokio::sync::mpsc::UnboundedSender;
    use tokio::time::timeout;
    use zbus::export::futures_core::Stream as _;
    use zbus::fdo::DBusProxy;
    use zbus::zvariant::OwnedValue;
    use zbus::{Connection, MatchRule, Message, MessageStream};

    use crate::companion::eagerness::Eagerness;
    use crate::sync::Input;

    const SLEEP: (&str, &str) = ("org.freedesktop.login1.Manager", "PrepareForSleep");
    const NETWORK_MANAGER: (&str, &str) = ("org.freedesktop.NetworkManager", "StateChanged");
    const PROPERTIES: (&str, &str) = ("org.freedesktop.DBus.Properties", "PropertiesChanged");
    const NETWORKD: &str = "org.freedesktop.network1.Manager";
    const SESSION: &str = "org.freedesktop.login1.Session";
    /// The session of whoever asks, on a desktop the one that is shown.
    const OWN_SESSION: &str = "/org/freedesktop/login1/session/auto";
    const POWER: &str = "org.freedesktop.UPower";
    const POWER_AT: &str = "/org/freedesktop/UPower";
    /// A service that has not answered by then is not asked again.
    const PATIENCE: Duration = Duration::from_secs(10);
    const RULES: [&str; 5] = [
        "type='signal',sender='org.freedesktop.login1',\
         interface='org.freedesktop.login1.Manager',member='PrepareForSleep'",
        "type='signal',sender='org.freedesktop.NetworkManager',\
         interface='org.freedesktop.NetworkManager',member='StateChanged'",
        "type='signal',sender='org.freedesktop.network1',path='/org/freedesktop/network1',\
         interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
        "type='signal',sender='org.freedesktop.UPower',path='/org/freedesktop/UPower',\
         interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
        "type='signal',sender='org.freedesktop.login1',path_namespace='/org/freedesktop/login1/session',\
         interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
    ];
    /// `NM_STATE_CONNECTED_SITE`: there is a way out of this computer (`NMState` in its D-Bus types).
    const CONNECTED: u32 = 60;

    pub(super) async fn listen(
        tell: &UnboundedSender<Input>,
        eagerness: &Eagerness,
    ) -> zbus::Result<()> {
        let bus = Connection::system().await?;
        let mut words = MessageStream::from(&bus);
        let daemon = DBusProxy::new(&bus).await?;
        for rule in RULES {
            daemon.add_match_rule(MatchRule::try_from(rule)?).await?;
        }
        let hear = async {
            while let Some(word) = poll_fn(|context| Pin::new(&mut words).poll_next(context)).await
            {
                let word = word?;
                if let Some(input) = meaning(&word)
                    && tell.send(input).is_err()
                {
                    break;
                }
                match changed_interface(&word).as_deref() {
                    Some(POWER) => look_at_power(&bus, eagerness).await,
                    Some(SESSION) => look_at_session(&bus, eagerness).await,
                    Some(_) | None => {}
                }
            }
            Ok(())
        };
        let look = async {
            look_at_power(&bus, eagerness).await;
            look_at_session(&bus, eagerness).await;
        };
        tokio::join!(hear, look).0
    }

    /// The interface whose properties changed, if this signal says that.
    fn changed_interface(word: &Message) -> Option<String> {
        let header = word.header();
        let signal = (header.interface()?.as_str(), header.member()?.as_str());
        let body = word.body();
        let (of, ..): (String, HashMap<String, OwnedValue>, Vec<String>) =
            body.deserialize().ok()?;
        (signal == PROPERTIES).then_some(of)
    }

    async fn look_at_power(bus: &Connection, eagerness: &Eagerness) {
        let on_battery = flag(bus, (POWER, POWER_AT, POWER), "OnBattery").await;
        eagerness.learn(|situation| situation.on_battery = on_battery);
    }

    /// Signals come from everybody's sessions; the doctor's own is asked.
    async fn look_at_session(bus: &Connection, eagerness: &Eagerness) {
        let session = ("org.freedesktop.login1", OWN_SESSION, SESSION);
        let idle = flag(bus, session, "IdleHint").await;
        let locked = flag(bus, session, "LockedHint").await;
        eagerness.learn(|situation| situation.away = idle || locked);
    }

    /// A property that is true or not; not, where nobody says.
    async fn flag(bus: &Connection, (at, path, of): (&str, &str, &str), name: &str) -> bool {
        let which = (of, name);
        let asked = bus.call_method(Some(at), path, Some(PROPERTIES.0), "Get", &which);
        let Ok(Ok(answer)) = timeout(PATIENCE, asked).await else {
            return false;
        };
        let value = answer.body().deserialize::<OwnedValue>();
        value.is_ok_and(|value| bool::try_from(value).unwrap_or_default())
    }

    /// What a signal means to the sync; nothing for most.
    pub(super) fn meaning(word: &Message) -> Option<Input> {
        let (header, body) = (word.header(), word.body());
        let signal = (header.interface()?.as_str(), header.member()?.as_str());
        let wakes = match signal {
            SLEEP if body.deserialize::<bool>().ok()? => return Some(Input::Asleep),
            SLEEP => true,
            NETWORK_MANAGER => body.deserialize::<u32>().ok()? >= CONNECTED,
            PROPERTIES => {
                let (of, changed, _): (String, HashMap<String, OwnedValue>, Vec<String>) =
                    body.deserialize().ok()?;
                let state = changed.get("OnlineState");
                let state = state.and_then(|state| <&str>::try_from(state).ok());
                of == NETWORKD && state == Some("online")
            }
            _ => false,
        };
        wakes.then_some(Input::Awake)
    }

    #[cfg(test)]
    mod tests {
        use zbus::zvariant::{DynamicType, Value};

        use super::*;

        fn said<B: serde::Serialize + DynamicType>(signal: (&str, &str), body: &B) -> String {
            let message = Message::signal("/somewhere", signal.0, signal.1).unwrap();
            format!("{:?}", meaning(&message.build(body).unwrap()))
        }

        #[test]
        fn sleep_and_a_way_out_are_understood() {
            assert_eq!(said(SLEEP, &true), "Some(Asleep)");
            assert_eq!(said(SLEEP, &false), "Some(Awake)");
            assert_eq!(said(SLEEP, &"soon"), "None");
            assert_eq!(said(NETWORK_MANAGER, &70_u32), "Some(Awake)");
            assert_eq!(said(NETWORK_MANAGER, &60_u32), "Some(Awake)");
        }

        #[test]
        fn no_network_is_not_believed() {
            assert_eq!(said(NETWORK_MANAGER, &20_u32), "None");
            assert_eq!(said(NETWORK_MANAGER, &40_u32), "None");
        }

        #[test]
        fn of_networkd_only_its_online_state_counts() {
            let changed = |of: &'static str, name: &'static str, state: &'static str| {
                let changed = HashMap::from([(name, Value::from(state))]);
                said(PROPERTIES, &(of, changed, Vec::<String>::new()))
            };
            assert_eq!(changed(NETWORKD, "OnlineState", "online"), "Some(Awake)");
            assert_eq!(changed(NETWORKD, "OnlineState", "offline"), "None");
            assert_eq!(changed(NETWORKD, "AddressState", "online"), "None");
            assert_eq!(changed("org.example", "OnlineState", "online"), "None");
        }
    }
}
