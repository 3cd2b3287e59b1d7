//! `serve` and `client`.

use std::net::TcpListener;

use super::*;

const HOME: &str = "/dav/calendars/doctor/";
const PASSWORD: (&str, &str) = ("doctor", "a secret of the doctor");

#[test]
fn the_ready_line_says_where_and_the_login_works() {
    let place = Place::new();
    let server = place.serve(&["--listen", "127.0.0.1:0"]);
    assert_eq!(server.ready["ready"], true);
    assert_eq!(server.ready["https"], Value::Null);
    assert_eq!(server.ready["login"], "doctor");
    assert_eq!(server.status("PROPFIND", HOME, Some(PASSWORD)), 207);
    assert_eq!(
        server.status("PROPFIND", HOME, Some(("doctor", "wrong"))),
        401
    );
    assert_eq!(server.status("PROPFIND", HOME, None), 401);
    for calendar in ["calendar", "tasks", "pharmadoc"] {
        let path = format!("{HOME}{calendar}/");
        assert_eq!(
            server.status("PROPFIND", &path, Some(PASSWORD)),
            207,
            "{calendar}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_polite_kill_ends_it_cleanly() {
    let place = Place::new();
    let server = place.serve(&["--listen", "127.0.0.1:0"]);
    assert!(server.terminate().success());
}

#[test]
fn https_is_served_beside_http_when_asked_for() {
    let place = Place::new();
    let server = place.serve(&["--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0"]);
    let https = server.ready["https"].as_str().unwrap();
    assert!(
        https.starts_with("https://127.0.0.1:") && https.ends_with('/'),
        "{https}"
    );
    assert!(place.path("data").join("feed-ca.pem").exists());
}

#[cfg(unix)]
#[test]
fn the_port_is_chosen_once_and_kept_and_never_taken_from_another_program() {
    let place = Place::new();
    let first = place.serve(&[]);
    let port = first.port();
    assert!(first.terminate().success());
    let again = place.serve(&[]);
    assert_eq!(again.port(), port);
    assert!(again.terminate().success());
    let _other = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let message = place.run(&["serve"]).failed();
    assert!(
        message.contains(&format!("Port {port} is in use")),
        "{message}"
    );
    assert!(message.contains("choose another port"), "{message}");
}

#[test]
fn an_app_is_added_with_a_password_of_its_own_and_locked_out_again() {
    let place = Place::new();
    let server = place.serve(&["--listen", "127.0.0.1:0"]);
    let added = place
        .run(&["client", "add", "phone", "--view", "busy", "--read-only"])
        .done();
    let password = added
        .lines()
        .find_map(|line| line.strip_prefix("password "))
        .unwrap()
        .trim();
    let home = "/dav/calendars/phone/";
    assert_eq!(
        server.status("PROPFIND", home, Some(("phone", password))),
        207
    );
    assert!(
        place
            .run(&["client", "add", "phone"])
            .failed()
            .contains("already")
    );
    let list = place.run(&["client", "list", "--json"]).json();
    let phone = list
        .as_array()
        .unwrap()
        .iter()
        .find(|client| client["login"] == "phone")
        .unwrap();
    assert_eq!(
        (&phone["view"], &phone["access"]),
        (&"busy".into(), &"read-only".into())
    );
    assert!(!list.to_string().contains(password));
    place.run(&["client", "revoke", "phone"]).done();
    assert_eq!(
        server.status("PROPFIND", home, Some(("phone", password))),
        401
    );
    assert!(
        place
            .run(&["client", "revoke", "phone"])
            .failed()
            .contains("client list")
    );
}

#[cfg(unix)]
#[test]
fn another_password_file_changes_the_password() {
    let place = Place::new();
    assert!(
        place
            .serve(&["--listen", "127.0.0.1:0"])
            .terminate()
            .success()
    );
    place.file("password", "quite another one\n");
    let server = place.serve(&["--listen", "127.0.0.1:0"]);
    assert_eq!(server.status("PROPFIND", HOME, Some(PASSWORD)), 401);
    assert_eq!(
        server.status("PROPFIND", HOME, Some(("doctor", "quite another one"))),
        207
    );
}
