//! Which servers may see the password.

use url::{Host, Url};

use super::found::PlainHttp;

/// Whether the password, given for `start`, may be sent to `url`: over TLS, to the same registrable domain (RFC 6764
/// section 8). iCloud keeps calendars on pNN-caldav.icloud.com, so the very same host would be too narrow.
pub(super) fn may_sign(start: &Url, url: &Url, plain: PlainHttp) -> bool {
    is_private(url, plain) && is_same_site(start, url)
}

/// Whether nobody on the way can read along; an exception is made when asked for.
pub(super) fn is_private(url: &Url, plain: PlainHttp) -> bool {
    url.scheme() == "https" || is_loopback(url) || plain == PlainHttp::Allowed
}

/// Whether two addresses belong to one owner. Names without a registrable domain (a clinic's `server`, an IP address)
/// belong only to themselves.
pub(super) fn is_same_site(a: &Url, b: &Url) -> bool {
    match (site(a), site(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.host_str() == b.host_str(),
    }
}

fn site(url: &Url) -> Option<String> {
    let Some(Host::Domain(host)) = url.host() else {
        return None;
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let domain = psl::domain(host.as_bytes())?;
    Some(String::from_utf8_lossy(domain.as_bytes()).into_owned())
}

/// Whether an address is on this very computer.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(start: &str, url: &str, plain: PlainHttp) -> bool {
        may_sign(
            &Url::parse(start).unwrap(),
            &Url::parse(url).unwrap(),
            plain,
        )
    }

    #[test]
    fn the_password_stays_with_its_owner() {
        for (start, url, expected) in [
            (
                "https://caldav.icloud.com/",
                "https://p07-caldav.icloud.com:443/1/",
                true,
            ),
            (
                "https://icloud.com/",
                "https://p07-caldav.icloud.com/",
                true,
            ),
            (
                "https://caldav.icloud.com/",
                "https://icloud.com.evil.example/",
                false,
            ),
            (
                "https://caldav.icloud.com/",
                "http://p07-caldav.icloud.com/",
                false,
            ),
            ("https://a.co.uk/", "https://b.co.uk/", false),
            ("https://dav.a.co.uk/", "https://www.a.co.uk/", true),
            // A suffix of the list's private part: every user of it is another owner.
            ("https://jane.github.io/", "https://eve.github.io/", false),
            ("https://server/", "https://server/dav/", true),
            ("https://server/", "https://other/", false),
            (
                "https://cal.clinic.internal/",
                "https://cal.other.internal/",
                false,
            ),
            ("https://192.0.2.1/", "https://192.0.2.2/", false),
            ("http://127.0.0.1:5232/", "http://127.0.0.1:5232/x/", true),
            ("http://127.0.0.1:5232/", "http://127.0.0.2:5232/", false),
        ] {
            assert_eq!(
                may(start, url, PlainHttp::Refused),
                expected,
                "{start} {url}"
            );
        }
    }

    #[test]
    fn without_tls_only_at_home_or_when_asked() {
        let lan = "http://nas.clinic.example/";
        assert!(!may(lan, lan, PlainHttp::Refused));
        assert!(may(lan, lan, PlainHttp::Allowed));
        assert!(may(
            "http://localhost:1/",
            "http://localhost:1/",
            PlainHttp::Refused
        ));
        assert!(may(
            "http://[::1]:1/",
            "http://[::1]:1/",
            PlainHttp::Refused
        ));
    }
}
