//! Issuing the certificate of the local server.
//!
//! Each installation makes its own authority that can vouch for the loopback and nothing else (a critical name
//! constraint, path length 0), lets it sign one leaf and drops its key. Whoever steals the leaf's key can imitate
//! this server on this machine; nobody can ever sign a second certificate. Renewal therefore makes a new authority,
//! which the doctor has to trust anew. RFC 5280 sections 4.2.1.9, 4.2.1.10 and 4.2.1.12.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bridge_core::time::Instant;
use chrono::{DateTime, Datelike, TimeDelta};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256, SanType, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How long a certificate is valid. Apple refuses server certificates beyond 397 days in places; both ends are whole
/// days, so two days are kept in reserve.
const VALID: TimeDelta = TimeDelta::days(395);
/// How long before its end a certificate is replaced.
const RENEW_BEFORE: TimeDelta = TimeDelta::days(30);

/// A leaf with its key, and the authority that signed it.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Issued {
    /// The authority's certificate, DER.
    pub(super) authority: Vec<u8>,
    /// The same in PEM, for people and trust stores.
    pub(super) authority_pem: String,
    /// The server's certificate, DER.
    pub(super) leaf: Vec<u8>,
    /// The server's key, PKCS #8.
    pub(super) key: Vec<u8>,
    /// The end of both, in seconds since 1970.
    pub(super) not_after: i64,
}

impl Issued {
    /// The instant from which both certificates are no longer valid.
    pub(super) fn expires(&self) -> Instant {
        DateTime::from_timestamp(self.not_after, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Whether it is time for a new one.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.expires() - now < RENEW_BEFORE
    }
}

/// Makes an authority and its only leaf, valid from the day before `now`.
///
/// # Errors
/// When the cryptographic library refuses, for want of randomness.
pub(super) fn issue(now: Instant) -> Result<Issued, rcgen::Error> {
    let (start, end) = (now - TimeDelta::days(1), now - TimeDelta::days(1) + VALID);
    let end = end - TimeDelta::seconds(end.timestamp().rem_euclid(86_400));
    let authority_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let authority_params = authority(now, start, end);
    let authority = authority_params.self_signed(&authority_key)?;
    let issuer = Issuer::new(authority_params, authority_key);
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let leaf = leaf(start, end)?.signed_by(&key, &issuer)?;
    Ok(Issued {
        authority: authority.der().to_vec(),
        authority_pem: authority.pem(),
        leaf: leaf.der().to_vec(),
        key: key.serialize_der(),
        not_after: end.timestamp(),
    })
}

/// The authority: for the loopback alone, and for leaves alone.
fn authority(now: Instant, start: Instant, end: Instant) -> CertificateParams {
    let mut params = validity(start, end);
    params.distinguished_name = name(&format!(
        "PharmaDOC Companion on this computer only ({})",
        now.format("%Y-%m-%d %H:%M:%S")
    ));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![
            GeneralSubtree::DnsName("localhost".into()),
            GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix(Ipv4Addr::LOCALHOST.octets(), 32)),
            GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix(
                Ipv6Addr::LOCALHOST.octets(),
                128,
            )),
        ],
        excluded_subtrees: Vec::new(),
    });
    params
}

/// The leaf: a server on the loopback, without any right to sign.
fn leaf(start: Instant, end: Instant) -> Result<CertificateParams, rcgen::Error> {
    let mut params = validity(start, end);
    params.distinguished_name = name("localhost");
    params.subject_alt_names = vec![
        SanType::DnsName("localhost".try_into()?),
        SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ];
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Both ends at midnight, built with the library's own helper so that no second time library is named here.
fn validity(start: Instant, end: Instant) -> CertificateParams {
    let [start, end] = [start, end].map(|instant| {
        let month = u8::try_from(instant.month()).unwrap_or(1);
        let day = u8::try_from(instant.day()).unwrap_or(1);
        date_time_ymd(instant.year(), month, day)
    });
    let mut params = CertificateParams::default();
    params.not_before = start;
    params.not_after = end;
    params
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::OrganizationName, "PharmaDOC");
    name.push(DnType::CommonName, common_name);
    name
}
