//! The local certificate: good for the loopback and nothing else, and replaced in time.

use std::sync::Arc;

use bridge::{
    feed::{AUTHORITY_FILE, Certificates, Port, Ports, Trust, Vault},
    ids::SeededIds,
    secrets::MasterKey,
};
use bridge_core::time::Instant;
use chrono::TimeDelta;
use rustls::{
    ClientConfig, RootCertStore,
    client::WebPkiServerVerifier,
    client::danger::ServerCertVerifier,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::world::{World, noon};

fn open(world: &World, now: Instant) -> (Arc<Certificates>, Trust) {
    let vault = Vault {
        store: world.store.clone(),
        key: MasterKey::from_octets([7; 32]).sealing_key(),
        ids: Arc::new(SeededIds::new(3)),
    };
    Certificates::open(vault, world.folder.path(), now).unwrap()
}

fn authority(world: &World) -> CertificateDer<'static> {
    let pem = std::fs::read(world.folder.path().join(AUTHORITY_FILE)).unwrap();
    CertificateDer::from_pem_slice(&pem).unwrap()
}

fn roots(world: &World) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(authority(world)).unwrap();
    Arc::new(roots)
}

/// Shakes hands with a server that trusts the authority in the file, and says what it was shown.
async fn shake_hands(world: &World, port: u16, name: &str) -> std::io::Result<Vec<u8>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots(world))
        .with_no_client_auth();
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let request = format!(
        "GET /.well-known/caldav HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 307"), "{answer}");
    let shown = stream.get_ref().1.peer_certificates().unwrap();
    Ok(shown.first().unwrap().to_vec())
}

/// Serves with these certificates while `test` runs.
async fn served<F: Future<Output = ()>>(
    world: &World,
    certificates: Arc<Certificates>,
    test: impl FnOnce(u16) -> F,
) {
    let port = Port::open("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let number = port.number();
    let ports = Ports {
        http: None,
        https: Some((port, certificates)),
    };
    world.feed.clone().serve(ports, test(number)).await.unwrap();
}

#[test]
fn a_client_that_trusts_the_file_is_served_under_each_loopback_name() {
    let world = World::new();
    let (certificates, trust) = open(&world, crate::world::today());
    assert!(matches!(trust, Trust::Renewed(_)));
    world.runtime.block_on(served(&world, certificates, |port| {
        let world = &world;
        async move {
            for name in ["localhost", "127.0.0.1", "::1"] {
                shake_hands(world, port, name).await.unwrap();
            }
            assert!(shake_hands(world, port, "clinic.example").await.is_err());
        }
    }));
}

/// F7.
#[test]
fn the_certificate_is_kept_over_restarts_and_replaced_in_time() {
    let world = World::new();
    let now = noon();
    let (first, trust) = open(&world, now);
    let Trust::Renewed(until) = trust else {
        panic!("the first certificate is new");
    };
    assert!(until - now <= TimeDelta::days(397));
    let before = authority(&world);
    assert_eq!(
        open(&world, now + TimeDelta::days(300)).1,
        Trust::Unchanged(until)
    );
    assert_eq!(authority(&world), before);

    let late = until - TimeDelta::days(29);
    assert!(matches!(
        first.renew_if_due(late).unwrap(),
        Trust::Renewed(_)
    ));
    assert_ne!(authority(&world), before);
    let Trust::Unchanged(renewed) = open(&world, late).1 else {
        panic!("the renewed one is kept");
    };
    assert!(renewed > until);
}

/// F7.
#[test]
fn the_authority_is_for_the_loopback_and_signs_no_other() {
    let world = World::new();
    drop(open(&world, noon()));
    let der = authority(&world);
    let has = |octets: &[u8]| der.windows(octets.len()).any(|window| window == octets);
    assert!(
        has(b"\x06\x03\x55\x1d\x1e\x01\x01\xff"),
        "the name constraints are critical"
    );
    assert!(
        has(b"\x30\x06\x01\x01\xff\x02\x01\x00"),
        "a CA with path length 0"
    );
    assert!(has(b"\x82\x09localhost"));
    assert!(
        has(b"\x87\x08\x7f\x00\x00\x01\xff\xff\xff\xff"),
        "127.0.0.1/32"
    );
}

#[test]
fn it_is_valid_from_the_day_before_until_its_end() {
    let world = World::new();
    let (certificates, _) = open(&world, crate::world::today());
    let leaf = world.runtime.block_on(async {
        let (sender, leaf) = tokio::sync::oneshot::channel();
        let world = &world;
        served(world, certificates, |port| async move {
            sender
                .send(shake_hands(world, port, "localhost").await.unwrap())
                .unwrap();
        })
        .await;
        leaf.await.unwrap()
    });
    let verifier = WebPkiServerVerifier::builder_with_provider(
        roots(&world),
        Arc::new(ring::default_provider()),
    )
    .build()
    .unwrap();
    let valid_after = |days: i64| {
        let at = crate::world::today() + TimeDelta::days(days);
        let seconds = u64::try_from(at.timestamp()).unwrap();
        let at = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let name = ServerName::try_from("localhost").unwrap();
        let leaf = CertificateDer::from(leaf.clone());
        verifier
            .verify_server_cert(&leaf, &[], &name, &[], at)
            .is_ok()
    };
    assert_eq!(
        [-2, 0, 390, 398].map(valid_after),
        [false, true, true, false]
    );
}
