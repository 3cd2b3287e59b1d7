//! The rest of the world by hand: a small JSON API, for tests and for people who want to see what happens.
//!
//! `GET /` shows what is in the sandbox; `POST /` with an [`Order`] does something to it.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use chrono::TimeDelta;
use http::{Method, Request, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caldav::{CalDav, Role};
use super::listen::Sandbox;
use super::{google, graph};

/// Something to do, as `{"do": "advance", "seconds": 3600}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    /// Moves the sandbox's clock forward.
    Advance {
        /// By this much.
        seconds: i64,
    },
    /// Shows an object.
    Show {
        /// The calendar's name in its URL.
        calendar: String,
        /// The object's name in its URL.
        name: String,
    },
    /// Adds an object, or replaces it, as another device or person does.
    Put {
        /// The calendar's name in its URL.
        calendar: String,
        /// The object's name in its URL.
        name: String,
        /// Its text; bare line feeds become line ends.
        object: String,
    },
    /// Edits the text of an object, as another device or person does.
    Edit {
        /// The calendar's name in its URL.
        calendar: String,
        /// The object's name in its URL.
        name: String,
        /// What stands there.
        from: String,
        /// What shall stand there.
        to: String,
    },
    /// Deletes an object, as another device or person does.
    Delete {
        /// The calendar's name in its URL.
        calendar: String,
        /// The object's name in its URL.
        name: String,
    },
    /// Asks everybody to wait.
    Throttle {
        /// This long.
        seconds: i64,
    },
    /// Lets the next requests fail.
    Fail {
        /// How many.
        count: usize,
        /// With this status.
        status: u16,
    },
    /// Makes all sync tokens of a calendar invalid.
    ResetTokens {
        /// The calendar's name in its URL.
        calendar: String,
    },
    /// Revokes the app password.
    Revoke,
    /// Gives out a new app password.
    NewPassword {
        /// This one.
        password: String,
    },
    /// Adds a calendar.
    AddCalendar {
        /// Its name in its URL.
        calendar: String,
        /// What people call it.
        display_name: String,
        /// Whether it is for reading only.
        #[serde(default)]
        read_only: bool,
    },
    /// Gives a calendar another name.
    RenameCalendar {
        /// Its name in its URL, which stays.
        calendar: String,
        /// What people call it from now on.
        display_name: String,
    },
    /// Deletes a calendar.
    DeleteCalendar {
        /// Its name in its URL.
        calendar: String,
    },
    /// Does something at Google.
    Google {
        /// This.
        order: google::Order,
    },
    /// Does something at Microsoft.
    Microsoft {
        /// This.
        order: graph::Order,
    },
    /// The doctor takes the permission of a service away that they signed in to in the browser.
    Withdraw {
        /// Which.
        service: Service,
    },
    /// Every access token of such a service ends.
    Expire {
        /// Which.
        service: Service,
    },
    /// Everything works again.
    Calm,
    /// The sandbox ends at once.
    Die,
}

/// A service that people sign in to in the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Google.
    Google,
    /// Microsoft.
    Microsoft,
}

/// Answers a request of the control API.
pub fn handle(sandbox: &Sandbox, request: &Request<Bytes>) -> Response<Bytes> {
    let outcome = match *request.method() {
        Method::GET => Ok(state(sandbox)),
        Method::POST => serde_json::from_slice(request.body())
            .context("this is no order")
            .and_then(|order| obey(sandbox, order)),
        _ => return answer(StatusCode::METHOD_NOT_ALLOWED, &json!({})),
    };
    match outcome {
        Ok(value) => answer(StatusCode::OK, &value),
        Err(error) => answer(
            StatusCode::BAD_REQUEST,
            &json!({"error": format!("{error:#}")}),
        ),
    }
}

fn answer(status: StatusCode, value: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = status;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// Calendars and the names of what is in them, what was said against a service's contract, and how many requests were
/// answered with an error of the server's own.
fn state(sandbox: &Sandbox) -> Value {
    let calendars = sandbox.with_caldav(|server, _| {
        server
            .calendars()
            .filter(|(_, calendar)| calendar.role.component().is_some())
            .map(|(name, calendar)| {
                let names: Vec<&str> = calendar.objects().map(|(name, _)| name).collect();
                json!({"calendar": name, "display_name": calendar.display_name,
                    "writable": calendar.role.is_writable(), "objects": names})
            })
            .collect::<Vec<_>>()
    });
    json!({
        "now": sandbox.now().to_rfc3339(),
        "faults": sandbox.faults(),
        "caldav": calendars,
        "google": sandbox.with_google(|cloud, _| cloud.state()),
        "microsoft": sandbox.with_microsoft(|cloud, _| cloud.state()),
        "pharmadoc": sandbox.with_pharmadoc(|pharmadoc, _| pharmadoc.state()),
    })
}

/// Carries out an order.
///
/// # Errors
/// When the calendar or object it names is not there.
pub fn obey(sandbox: &Sandbox, order: Order) -> Result<Value> {
    match order {
        Order::Advance { seconds } => sandbox.advance(TimeDelta::seconds(seconds)),
        Order::Die => sandbox.die(),
        Order::Show { calendar, name } => {
            let object = sandbox.with_caldav(|server, _| text(server, &calendar, &name))?;
            return Ok(json!({"object": object}));
        }
        Order::Google { order } => {
            return sandbox.with_google(|cloud, now| cloud.calendars.obey(order, now));
        }
        Order::Microsoft { order } => {
            return sandbox.with_microsoft(|cloud, now| cloud.calendars.obey(order, now));
        }
        Order::Withdraw { service } => service.withdraw(sandbox),
        Order::Expire { service } => service.expire(sandbox),
        order => sandbox.with_caldav(|server, now| at_caldav(server, order, now))?,
    }
    Ok(json!({}))
}

fn at_caldav(server: &mut CalDav, order: Order, now: chrono::DateTime<chrono::Utc>) -> Result<()> {
    match order {
        Order::Put {
            calendar,
            name,
            object,
        } => server.put_as_other(&calendar, &name, crlf(&object), now)?,
        Order::Edit {
            calendar,
            name,
            from,
            to,
        } => {
            let before = text(server, &calendar, &name)?;
            anyhow::ensure!(before.contains(&from), "{from:?} does not stand there");
            let after = before.replace(&from, &to).into_bytes();
            server.put_as_other(&calendar, &name, after, now)?;
        }
        Order::Delete { calendar, name } => server.delete_as_other(&calendar, &name, now)?,
        Order::Throttle { seconds } => server.trouble.throttle(now + TimeDelta::seconds(seconds)),
        Order::Fail { count, status } => server.trouble.fail(count, status),
        Order::ResetTokens { calendar } => server.reset_tokens(&calendar)?,
        Order::Revoke => server.account.app_password = None,
        Order::NewPassword { password } => server.account.app_password = Some(password),
        Order::AddCalendar {
            calendar,
            display_name,
            read_only,
        } => {
            let role = if read_only {
                Role::SharedForReading
            } else {
                Role::Own
            };
            server.add_calendar(&calendar, &display_name, role);
        }
        Order::RenameCalendar {
            calendar,
            display_name,
        } => server.calendar_mut(&calendar)?.display_name = display_name,
        Order::DeleteCalendar { calendar } => {
            server
                .delete_calendar(&calendar)
                .with_context(|| format!("there is no {calendar}"))?;
        }
        Order::Calm => server.trouble.end(),
        Order::Advance { .. }
        | Order::Show { .. }
        | Order::Google { .. }
        | Order::Microsoft { .. }
        | Order::Withdraw { .. }
        | Order::Expire { .. }
        | Order::Die => {}
    }
    Ok(())
}

fn text(server: &CalDav, calendar: &str, name: &str) -> Result<String> {
    let object = server.calendar(calendar).and_then(|all| all.object(name));
    let object = object.with_context(|| format!("there is no {name} in {calendar}"))?;
    Ok(String::from_utf8_lossy(&object.octets).into_owned())
}

fn crlf(text: &str) -> Vec<u8> {
    text.replace("\r\n", "\n")
        .replace('\n', "\r\n")
        .into_bytes()
}
