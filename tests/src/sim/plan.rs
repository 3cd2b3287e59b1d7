//! What happens in a run: drawn from the seed before anything happens, so that steps can be left out.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::net::Fault;
use crate::sandbox::caldav::{Behaviour, EtagOnWrite, Lie};

/// What kind of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A `CalDAV` server, which one is drawn.
    Caldav,
    /// Google.
    Google,
    /// Microsoft.
    Microsoft,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Caldav => "caldav",
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        })
    }
}

impl std::str::FromStr for Family {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.to_string() == text);
        found.ok_or_else(|| "it is caldav, google or microsoft".to_owned())
    }
}

impl Family {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Caldav, Self::Google, Self::Microsoft];

    /// The one of a seed, so that seeds in a row are at every kind.
    pub fn of(seed: u64) -> Self {
        match seed % 3 {
            0 => Self::Caldav,
            1 => Self::Google,
            _ => Self::Microsoft,
        }
    }

    fn server(self) -> Option<Server> {
        match self {
            Self::Caldav => None,
            Self::Google => Some(Server::Google),
            Self::Microsoft => Some(Server::Graph),
        }
    }
}

/// A setting and the steps in it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it was drawn from.
    pub seed: u64,
    /// Where it happens.
    pub setting: Setting,
    /// What happens.
    pub steps: Vec<Step>,
}

/// Where a run happens.
#[derive(Clone, Debug)]
pub struct Setting {
    /// How calls reach the server.
    pub layer: Layer,
    /// What kind of server.
    pub server: Server,
    /// The members of one page of a listing.
    pub page: usize,
    /// Objects at the start.
    pub objects: u16,
    /// Devices of the same doctor.
    pub devices: usize,
    /// Of a thousand requests, how many something happens to.
    pub faults: u32,
    /// Of a thousand calls, how many take up to an hour.
    pub slow: u32,
}

/// How calls reach the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// The engine's calls are answered from the server's state.
    Direct,
    /// Through the real provider and HTTP.
    Wire,
}

/// What kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// As `Behaviour::icloud`.
    ICloud,
    /// As `Behaviour::nextcloud`.
    Nextcloud,
    /// As `Behaviour::yahoo`.
    Yahoo,
    /// As `Behaviour::bare`.
    Bare,
    /// As `Behaviour::rewriting`.
    Rewriting,
    /// The same, but it gives an entity tag for what it did not store.
    Pretending,
    /// Google's Calendar v3.
    Google,
    /// Microsoft Graph.
    Graph,
}

impl Server {
    const CALDAV: [Self; 6] = [
        Self::ICloud,
        Self::Nextcloud,
        Self::Yahoo,
        Self::Bare,
        Self::Rewriting,
        Self::Pretending,
    ];

    /// Its ways, if it is a `CalDAV` server.
    pub fn behaviour(self) -> Behaviour {
        match self {
            Self::ICloud | Self::Google | Self::Graph => Behaviour::icloud(),
            Self::Nextcloud => Behaviour::nextcloud(),
            Self::Yahoo => Behaviour::yahoo(),
            Self::Bare => Behaviour::bare(),
            Self::Rewriting => Behaviour::rewriting(),
            Self::Pretending => Behaviour {
                etag_on_write: EtagOnWrite::Given,
                ..Behaviour::rewriting()
            },
        }
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The doctor at a device of this number.
    Device(usize),
    /// Somebody at the server.
    Other,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody edits a field of an object, or makes the object if there is none.
    Edit {
        /// Who.
        who: Who,
        /// Which object.
        slot: u16,
        /// Which field.
        field: u8,
    },
    /// Somebody deletes an object.
    Delete {
        /// Who.
        who: Who,
        /// Which object.
        slot: u16,
    },
    /// Somebody deletes many at once.
    Purge {
        /// Who.
        who: Who,
        /// The first object.
        slot: u16,
        /// How many.
        count: u16,
    },
    /// The server gives an object a new entity tag.
    Touch {
        /// Which object.
        slot: u16,
    },
    /// The server gives an object another name.
    Move {
        /// Which object.
        slot: u16,
    },
    /// The server breaks an object: what it hands out is no calendar text until it is mended.
    Spoil {
        /// Which object.
        slot: u16,
    },
    /// All broken objects are mended.
    Mend,
    /// The server forgets its sync tokens.
    Forget,
    /// The next listing is not true.
    Lie(Lie),
    /// Something happens to the next request.
    Fault(Fault),
    /// Time passes.
    Wait {
        /// This much.
        seconds: u32,
    },
    /// The clock of a device is set to this much before or after the truth.
    Clock {
        /// Which device.
        device: usize,
        /// This much after.
        seconds: i64,
    },
    /// The program at a device is killed, and started again.
    Crash {
        /// Which device.
        device: usize,
    },
    /// A device goes to sleep, or wakes up.
    Sleep {
        /// Which device.
        device: usize,
    },
    /// The doctor asks for a round.
    SyncNow {
        /// At which device.
        device: usize,
        /// Of everything.
        full: bool,
    },
    /// The password stops working.
    Revoke,
    /// There is a new password, and all devices know it.
    Reconnect,
    /// A calendar is deleted at the server, or comes back.
    Calendar {
        /// Which.
        number: u8,
    },
    /// A calendar gets another title.
    Rename {
        /// Which.
        number: u8,
    },
}

impl Plan {
    /// The plan of a seed at a service of this kind.
    pub fn new(family: Family, seed: u64, steps: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut setting = Setting::draw(&mut rng);
        if let Some(server) = family.server() {
            (setting.layer, setting.server) = (Layer::Wire, server);
        }
        let steps = (0..steps).map(|_| Step::draw(&mut rng, &setting)).collect();
        Self {
            seed,
            setting,
            steps,
        }
    }
}

fn pick<T: Copy>(rng: &mut StdRng, among: &[T], otherwise: T) -> T {
    let index = rng.random_range(0..among.len());
    among.get(index).copied().unwrap_or(otherwise)
}

impl Setting {
    fn draw(rng: &mut StdRng) -> Self {
        Self {
            layer: pick(
                rng,
                &[Layer::Direct, Layer::Wire, Layer::Wire],
                Layer::Direct,
            ),
            server: pick(rng, &Server::CALDAV, Server::ICloud),
            page: pick(rng, &[2, 5, 50], 50),
            objects: pick(rng, &[0, 3, 8, 16, 50], 8),
            devices: pick(rng, &[1, 1, 2], 1),
            faults: pick(rng, &[0, 0, 50, 200], 0),
            slow: pick(rng, &[0, 0, 30], 0),
        }
    }
}

impl Step {
    fn draw(rng: &mut StdRng, setting: &Setting) -> Self {
        let slot = rng.random_range(0..setting.objects + 4);
        let device = rng.random_range(0..setting.devices);
        let who = if rng.random_bool(0.5) {
            Who::Device(device)
        } else {
            Who::Other
        };
        match rng.random_range(0..100) {
            0..30 => Self::Edit {
                who,
                slot,
                field: rng.random_range(0..4),
            },
            30..36 => Self::Delete { who, slot },
            36 => Self::Purge {
                who,
                slot,
                count: rng.random_range(1..30),
            },
            37..40 => Self::Touch { slot },
            40 => Self::Move { slot },
            41..43 => Self::Spoil { slot },
            43 => Self::Mend,
            44..46 => Self::Forget,
            46..49 => Self::Lie(pick(
                rng,
                &[Lie::Empty, Lie::Half, Lie::Backwards, Lie::Twice],
                Lie::Twice,
            )),
            49..56 => Self::Fault(Fault::draw(rng)),
            56..78 => Self::Wait {
                seconds: match rng.random_range(0..10) {
                    0..4 => rng.random_range(0..3),
                    4..7 => rng.random_range(3..120),
                    7..9 => rng.random_range(120..4000),
                    _ => rng.random_range(4000..50_000),
                },
            },
            78..80 => Self::Clock {
                device,
                seconds: rng.random_range(-172_800..172_800),
            },
            80..87 => Self::Crash { device },
            87..89 => Self::Sleep { device },
            89..95 => Self::SyncNow {
                device,
                full: rng.random_bool(0.3),
            },
            95 => Self::Revoke,
            96 => Self::Reconnect,
            97..99 => Self::Calendar {
                number: rng.random_range(0..2),
            },
            _ => Self::Rename {
                number: rng.random_range(0..2),
            },
        }
    }
}
