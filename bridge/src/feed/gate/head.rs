//! What a request's head must look like before anything else is asked: the right Host, no browser's page behind it,
//! a method this server knows. In this order, and before any password is looked at (safety reference, section 4).
//!
//! The Host check stops DNS rebinding, the Origin check stops web pages: a browser names the page in `Origin` or
//! `Sec-Fetch-Site`. A calendar client sends neither, with one exception: Thunderbird, made of a browser's parts,
//! names the server itself as the origin. No page can do that, because this server never serves one.

use http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts, uri::Authority};

use crate::feed::{answer::Refusal, method::Method};

/// Judges the head of a request that arrived on `port`.
pub(in crate::feed) fn check(head: &Parts, port: u16) -> Result<Method, Refusal> {
    check_host(head, port)?;
    check_origin(&head.headers, port)?;
    Method::of(&head.method).ok_or_else(|| Refusal::method_not_allowed(Method::ALL))
}

fn check_host(head: &Parts, port: u16) -> Result<(), Refusal> {
    let mut named = head.headers.get_all(header::HOST).iter();
    let host = named.next().and_then(|value| value.to_str().ok());
    let only_one = named.next().is_none();
    let in_target = head.uri.authority().map(Authority::as_str);
    let host_is_ours = host.is_some_and(|host| is_ours(host, port));
    if host_is_ours && only_one && in_target.is_none_or(|target| is_ours(target, port)) {
        return Ok(());
    }
    Err(Refusal::text(
        StatusCode::MISDIRECTED_REQUEST,
        "This server only answers to 127.0.0.1, localhost and [::1] with its own port.",
    ))
}

/// Whether `host` is one of the three names of this machine's loopback, with exactly this port.
pub(in crate::feed) fn is_ours(host: &str, port: u16) -> bool {
    let named = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .find_map(|name| strip_prefix_ignore_case(host, name));
    named
        .and_then(|rest| rest.strip_prefix(':'))
        .is_some_and(|digits| digits == port.to_string())
}

fn strip_prefix_ignore_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn check_origin(headers: &HeaderMap<HeaderValue>, port: u16) -> Result<(), Refusal> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let mut sites = headers.get_all("sec-fetch-site").iter();
    let from_a_page = origins.any(|origin| !is_own_origin(origin, port))
        || sites.any(|site| site != "none" && site != "same-origin");
    if from_a_page {
        return Err(Refusal::text(
            StatusCode::FORBIDDEN,
            "This server answers calendar apps, not web pages.",
        ));
    }
    Ok(())
}

/// Whether `origin` is this server: one port speaks one scheme, so the scheme needs no closer look.
fn is_own_origin(origin: &HeaderValue, port: u16) -> bool {
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let authority = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(|authority| is_ours(authority, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(method: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().method(method).uri("/dav/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn status(method: &str, headers: &[(&str, &str)]) -> u16 {
        match check(&head(method, headers), 8008) {
            Ok(_) => 200,
            Err(refusal) => refusal.status().as_u16(),
        }
    }

    #[test]
    fn only_the_loopback_with_this_port_is_our_host() {
        for ours in [
            "127.0.0.1:8008",
            "localhost:8008",
            "LocalHost:8008",
            "[::1]:8008",
        ] {
            assert_eq!(status("GET", &[("host", ours)]), 200, "{ours}");
        }
        let foreign = [
            "127.0.0.1",
            "localhost",
            "127.0.0.1:8009",
            "localhost:08008",
            "localhost.:8008",
            "evil.example:8008",
            "127.0.0.2:8008",
            "localhost:8008.evil.example",
            "",
            ":8008",
        ];
        for host in foreign {
            assert_eq!(status("GET", &[("host", host)]), 421, "{host}");
        }
        assert_eq!(status("GET", &[]), 421, "no Host at all");
        let twice = [("host", "localhost:8008"), ("host", "evil.example:8008")];
        assert_eq!(status("GET", &twice), 421);
    }

    #[test]
    fn a_web_page_is_refused_whoever_it_claims_to_be() {
        let host = ("host", "localhost:8008");
        let pages = [
            "null",
            "",
            "https://evil.example",
            "http://localhost",
            "http://localhost:8009",
            "http://localhost:8008.evil.example",
            "http://evil.example:8008",
            "file://localhost:8008",
            "localhost:8008",
        ];
        for origin in pages {
            assert_eq!(status("GET", &[host, ("origin", origin)]), 403, "{origin}");
        }
        for site in ["cross-site", "same-site", "", "none, cross-site"] {
            let page = [host, ("sec-fetch-site", site)];
            assert_eq!(status("GET", &page), 403, "{site}");
        }
        let two = [
            host,
            ("origin", "http://localhost:8008"),
            ("origin", "https://evil.example"),
        ];
        assert_eq!(status("GET", &two), 403);
    }

    #[test]
    fn thunderbird_names_the_server_itself_as_the_origin() {
        let host = ("host", "localhost:8008");
        for own in [
            "http://localhost:8008",
            "https://127.0.0.1:8008",
            "http://[::1]:8008",
        ] {
            let thunderbird = [host, ("origin", own), ("sec-fetch-site", "same-origin")];
            assert_eq!(status("PROPFIND", &thunderbird), 200, "{own}");
        }
        assert_eq!(status("GET", &[host, ("sec-fetch-site", "none")]), 200);
    }

    #[test]
    fn the_checks_come_in_the_order_of_the_safety_reference() {
        let wrong = [("host", "evil.example"), ("origin", "null")];
        assert_eq!(status("PATCH", &wrong), 421);
        let page = [("host", "localhost:8008"), ("origin", "null")];
        assert_eq!(status("PATCH", &page), 403);
        assert_eq!(status("PATCH", &[("host", "localhost:8008")]), 405);
    }
}
