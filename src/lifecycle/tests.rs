use std::future::pending;
use std::time::Duration;

use tokio::sync::oneshot;

use super::*;

const LONG: Duration = Duration::from_hours(1);

/// Sets a flag when it is dropped: tells that a future is gone.
struct Told(Option<oneshot::Sender<()>>);

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(sender) = self.0.take() {
            sender.send(()).ok();
        }
    }
}

#[tokio::test]
async fn a_signal_asks_every_task_to_finish() {
    let life = Lifecycle::new();
    let (send, mut signals) = Signals::sent();
    let stop = life.stop_token();
    life.spawn("worker", async move { stop.cancelled().await });
    send.send(()).unwrap();
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Clean);
}

#[tokio::test]
async fn a_second_signal_cuts_off_who_does_not_finish() {
    let life = Lifecycle::new();
    let (send, mut signals) = Signals::sent();
    let (told, gone) = oneshot::channel();
    let told = Told(Some(told));
    life.spawn("deaf", async move {
        pending::<()>().await;
        drop(told);
    });
    send.send(()).unwrap();
    send.send(()).unwrap();
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Cut);
    gone.await.unwrap();
}

#[tokio::test]
async fn the_end_of_the_grace_period_cuts_off_who_does_not_finish() {
    let life = Lifecycle::new();
    let (send, mut signals) = Signals::sent();
    life.spawn("deaf", pending());
    send.send(()).unwrap();
    assert_eq!(life.run(&mut signals, Duration::ZERO).await, Ending::Cut);
}

#[tokio::test]
async fn a_task_that_ends_by_itself_fails_the_process_and_stops_the_others() {
    let life = Lifecycle::new();
    let (_send, mut signals) = Signals::sent();
    let stop = life.stop_token();
    life.spawn("other", async move { stop.cancelled().await });
    life.spawn("brief", async {});
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Failed);
}

#[tokio::test]
async fn a_task_that_panics_fails_the_process() {
    let life = Lifecycle::new();
    let (_send, mut signals) = Signals::sent();
    life.spawn("broken", async { panic!("a fault of its own") });
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Failed);
}

#[tokio::test]
async fn a_task_on_its_own_thread_is_one_of_the_others() {
    let life = Lifecycle::new();
    let (_send, mut signals) = Signals::sent();
    life.spawn_apart("brief", async {
        tokio::time::sleep(Duration::from_millis(1)).await;
    })
    .unwrap();
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Failed);

    let life = Lifecycle::new();
    let (send, mut signals) = Signals::sent();
    let (told, gone) = oneshot::channel();
    let told = Told(Some(told));
    let deaf = async move {
        pending::<()>().await;
        drop(told);
    };
    life.spawn_apart("deaf", deaf).unwrap();
    send.send(()).unwrap();
    send.send(()).unwrap();
    assert_eq!(life.run(&mut signals, LONG).await, Ending::Cut);
    gone.await.unwrap();
}

#[tokio::test]
async fn shielded_work_goes_on_when_its_caller_goes_away() {
    let life = Lifecycle::new();
    let (start, started) = oneshot::channel::<()>();
    let (done, finished) = oneshot::channel();
    let mut caller = Box::pin(life.shielded(async move {
        started.await.unwrap();
        done.send(7).unwrap();
    }));
    assert!(futures_util::poll!(&mut caller).is_pending());
    drop(caller);
    start.send(()).unwrap();
    assert_eq!(finished.await.unwrap(), 7);
}

#[tokio::test]
async fn shielded_work_answers_its_caller_and_is_waited_for_at_the_end() {
    let life = Lifecycle::new();
    assert_eq!(life.shielded(async { 5 }).await.unwrap(), 5);
    let (start, started) = oneshot::channel::<()>();
    let mut caller = Box::pin(life.shielded(async move { started.await.unwrap() }));
    assert!(futures_util::poll!(&mut caller).is_pending());
    let (_send, mut signals) = Signals::sent();
    life.stop();
    let mut end = Box::pin(life.run(&mut signals, LONG));
    assert!(futures_util::poll!(&mut end).is_pending());
    start.send(()).unwrap();
    assert_eq!(end.await, Ending::Clean);
}

#[tokio::test]
async fn shielded_work_that_panics_is_an_error_and_nothing_more() {
    let life = Lifecycle::new();
    assert!(
        life.shielded(async { panic!("a fault of its own") })
            .await
            .is_err()
    );
    assert!(!life.stop_token().is_cancelled());
}
