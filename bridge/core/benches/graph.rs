//! How fast events of Graph's become calendar text, and how fast an edit becomes a write. The aim: 50,000 events a second.

#![allow(clippy::unwrap_used, reason = "a measurement fails by panicking")]

use std::hint::black_box;

use bridge_core::{
    graph,
    projection::{Access, CalendarContext, Source},
    tz::Zone,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ANSWERS: [&str; 6] = [
    include_str!("../tests/corpora/graph/series.json"),
    include_str!("../tests/corpora/graph/invitation.json"),
    include_str!("../tests/corpora/graph/congress.json"),
    include_str!("../tests/corpora/graph/monthly.json"),
    include_str!("../tests/corpora/graph/inventory.json"),
    include_str!("../tests/corpora/graph/odd.json"),
];

fn ctx() -> CalendarContext {
    CalendarContext {
        zone: Zone::Iana(chrono_tz::Europe::Vienna),
        own_addresses: vec!["doctor@praxis.example".to_owned()],
        default_alarms: Vec::new(),
        access: Access::Write,
    }
}

fn projection(criterion: &mut Criterion) {
    let sources: Vec<Source> = ANSWERS
        .iter()
        .map(|answer| graph::source(answer).unwrap())
        .collect();
    let parts: usize = sources.iter().map(|source| source.parts().len()).sum();
    let ctx = ctx();
    let mut group = criterion.benchmark_group("graph");
    group.throughput(Throughput::Elements(u64::try_from(parts).unwrap_or(0)));
    group.bench_function("read an answer", |bencher| {
        bencher.iter(|| {
            for answer in ANSWERS {
                black_box(graph::source(answer).unwrap());
            }
        });
    });
    group.bench_function("project", |bencher| {
        bencher.iter(|| {
            for source in &sources {
                black_box(graph::project(source, &ctx));
            }
        });
    });
    group.throughput(Throughput::Elements(1));
    let series = sources.first().unwrap();
    let agreed = graph::project(series, &ctx).octets.unwrap();
    let text = String::from_utf8(agreed.clone()).unwrap();
    let wanted = text.replacen("SUMMARY:Team", "SUMMARY:Das Team", 1);
    group.bench_function("plan an edit", |bencher| {
        bencher.iter(|| {
            graph::plan(
                Some(series),
                Some(&agreed),
                black_box(wanted.as_bytes()),
                &ctx,
            )
        });
    });
    group.finish();
}

criterion_group!(benches, projection);
criterion_main!(benches);
