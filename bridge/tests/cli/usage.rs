//! Wrong usage, help, completions and the manual.

use super::*;

#[test]
fn wrong_usage_ends_with_2_and_says_what_is_allowed() {
    let place = Place::new();
    for (arguments, words) in [
        (&["serve", "--listen", "0.0.0.0:80"][..], "127.0.0.1:PORT"),
        (&["serve", "--listen", "192.168.1.2:80"], "127.0.0.1:PORT"),
        (&["serve", "--login", "a"], "--password-file"),
        (&["client", "add", "a:b"], "control character"),
        (
            &["client", "add", "a", "--view", "some"],
            "all, busy, pharmadoc",
        ),
        (&["agenda", "--from", "tomorrow"], "2026-12-24"),
        (&["dance"], "Usage"),
    ] {
        let said = place.run(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?}");
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
    }
    assert!(!place.path("data").exists(), "nothing was made");
}

#[test]
fn a_wrong_configuration_names_the_line() {
    let place = Place::new();
    let file = place.file("config.toml", "[server]\nlisten = \"example.org:80\"\n");
    let message = place
        .run(&["status", "--config", file.to_str().unwrap()])
        .failed();
    assert!(
        message.contains("line 2") && message.contains("127.0.0.1:PORT"),
        "{message}"
    );
}

#[test]
fn endpoints_are_read_and_a_wrong_file_is_refused() {
    let place = Place::new();
    let good = place.file("ready.json", r#"{"ready":true}"#);
    place
        .run(&["client", "add", "a", "--endpoints", good.to_str().unwrap()])
        .done();
    let bad = place.file("bad.json", "[1]");
    let message = place
        .run(&["status", "--endpoints", bad.to_str().unwrap()])
        .failed();
    assert!(message.contains("endpoints file"), "{message}");
}

#[test]
fn help_completions_and_manual_know_every_command() {
    let place = Place::new();
    let commands = [
        "serve",
        "run",
        "account",
        "reconnect",
        "sync",
        "conflicts",
        "deletions",
        "client",
        "import",
        "export",
        "agenda",
        "status",
    ];
    let help = place.run(&["--help"]).done();
    let manual = place.run(&["man"]).done();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = place.run(&["completions", shell]).done();
        assert!(
            commands.iter().all(|command| script.contains(command)),
            "{shell}"
        );
    }
    let first = |command: &&&str| **command != "reconnect";
    assert!(
        commands
            .iter()
            .filter(first)
            .all(|command| help.contains(command))
    );
    assert!(commands.iter().all(|command| manual.contains(command)));
    let reconnect = place.run(&["account", "reconnect", "--help"]).done();
    assert!(reconnect.contains("--password-file"), "{reconnect}");
}
