//! Who comes in, in the order of the safety reference, section 4.

use crate::world::{Ask, PASSWORD, PORT, World, ask, bare, propfind};

fn host(ask: Ask) -> Ask {
    ask.header("host", &format!("localhost:{PORT}"))
}

/// F2.
#[test]
fn each_check_has_its_own_answer_and_they_come_in_order() {
    let world = World::new();
    let wrong_host = bare("PATCH", "/")
        .header("host", "evil.example")
        .header("origin", "null");
    assert_eq!(world.send(wrong_host).status, 421);
    assert_eq!(
        world
            .send(host(bare("PATCH", "/")).header("origin", "null"))
            .status,
        403
    );
    let unknown = world.send(host(bare("PATCH", "/")));
    assert_eq!(unknown.status, 405);
    assert!(unknown.header("allow").contains("PROPFIND"));
    let anonymous = world.send(host(bare("PROPFIND", "/")));
    assert_eq!(anonymous.status, 401);
    let challenge = anonymous.header("www-authenticate").to_owned();
    let wrong = world.send(host(bare("OPTIONS", "/nowhere")).signed_in("doctor", "wrong"));
    assert_eq!(
        (wrong.status, wrong.header("www-authenticate")),
        (401, challenge.as_str())
    );
    let large = ask("PROPFIND", "/").body(vec![b' '; 1024 * 1024 + 1]);
    assert_eq!(world.send(large).status, 413);
    assert_eq!(world.send(ask("OPTIONS", "/")).status, 200);
}

/// F3.
#[test]
fn what_is_no_basic_sign_in_is_401_and_no_failure() {
    let world = World::new();
    for value in ["Bearer x", "Basic", "Basic ////", "Basic Og=="] {
        let request = host(bare("OPTIONS", "/")).header("authorization", value);
        assert_eq!(world.send(request).status, 401, "{value}");
    }
}

#[test]
fn nothing_is_offered_to_web_pages() {
    let world = World::new();
    let reply = world.send(ask("OPTIONS", "/dav/"));
    assert!(
        reply
            .headers
            .keys()
            .all(|name| !name.as_str().starts_with("access-control"))
    );
    assert!(!reply.headers.contains_key("set-cookie"));
    assert_eq!(reply.header("x-content-type-options"), "nosniff");
    // L4: by this a companion refuses it as a source.
    assert_eq!(reply.header("server"), "PharmaDOC-Companion");
}

/// F14.
#[test]
fn a_path_with_tricks_is_refused() {
    let world = World::new();
    for path in [
        "/dav/../x",
        "/dav/%2e%2e/x",
        "/dav/a%00b",
        "/dav/a%5Cb",
        "/dav//x",
        "/dav/%ff",
    ] {
        assert_eq!(world.send(propfind(path, "0", "")).status, 400, "{path}");
    }
}

#[test]
fn a_revoked_client_is_out_at_its_next_request() {
    let world = World::new();
    assert_eq!(world.send(ask("OPTIONS", "/")).status, 200);
    let now = crate::world::noon();
    let login = bridge_core::ids::Login::new("doctor");
    world
        .store
        .write(move |tx| bridge::store::clients::revoke(tx, &login, now))
        .unwrap();
    assert_eq!(world.send(ask("OPTIONS", "/")).status, 401);
}

/// F4.
#[test]
fn in_a_storm_of_wrong_passwords_the_right_one_gets_through() {
    let world = World::with_limits(bridge::feed::Limits {
        failure_delay: std::time::Duration::ZERO,
        ..Default::default()
    });
    for attempt in 0..50 {
        let guess = host(bare("OPTIONS", "/")).signed_in("doctor", &format!("guess {attempt}"));
        assert_eq!(world.send(guess).status, 401);
    }
    let right = host(bare("OPTIONS", "/")).signed_in("doctor", PASSWORD);
    assert_eq!(world.send(right).status, 200);
}
