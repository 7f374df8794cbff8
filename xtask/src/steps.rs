//! A list of steps, shown as they run: which one, how far, how long; what failed and where its log is.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::env::Env;

/// How many tests a step ran. A step that is not made of tests counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// What happens on the terminal to the output of a step's commands. It always goes to the step's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Shown only when the step fails.
    Quiet,
    /// Shown as it comes.
    Shown,
}

type Work<'a> = Box<dyn FnOnce(&mut Job) -> Result<()> + 'a>;

pub(crate) struct Step<'a> {
    /// One word: names the log and lets other steps refer to this one.
    pub(crate) name: &'static str,
    /// What the person sees.
    pub(crate) title: String,
    /// Steps without which this one makes no sense.
    pub(crate) needs: Vec<&'static str>,
    pub(crate) output: Output,
    work: Work<'a>,
}

impl<'a> Step<'a> {
    pub(crate) fn new(
        name: &'static str,
        title: impl Into<String>,
        output: Output,
        work: impl FnOnce(&mut Job) -> Result<()> + 'a,
    ) -> Self {
        Self {
            name,
            title: title.into(),
            needs: Vec::new(),
            output,
            work: Box::new(work),
        }
    }

    pub(crate) fn after(mut self, needs: &[&'static str]) -> Self {
        self.needs.extend_from_slice(needs);
        self
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Passed,
    /// Not run, for a reason that is no fault.
    Skipped(String),
    Failed(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Done {
    pub(crate) name: &'static str,
    pub(crate) outcome: Outcome,
    pub(crate) tally: Tally,
    pub(crate) took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    Stop,
    /// Go on with the steps that do not need the failed one.
    Continue,
}

/// Runs the steps in order and tells how each ended.
pub(crate) fn run_steps(env: &Env, steps: Vec<Step<'_>>, on_failure: OnFailure) -> Result<Vec<Done>> {
    let logs = env.work().join("logs");
    fs::create_dir_all(&logs).with_context(|| format!("cannot create {}", logs.display()))?;
    let total = steps.len();
    let mut done: Vec<Done> = Vec::new();
    for (index, step) in steps.into_iter().enumerate() {
        let heading = format!("[{}/{total}] {}", index + 1, step.title);
        let started = Instant::now();
        let broken = step.needs.iter().copied().find(|need| {
            done.iter()
                .any(|done| done.name == *need && matches!(done.outcome, Outcome::Failed(_)))
        });
        let log = logs.join(format!("{}.log", step.name));
        let mut job = Job::open(log, heading.clone(), step.output)?;
        let outcome = match broken {
            Some(need) => Outcome::Failed(format!("not run, because \"{need}\" failed")),
            None => {
                job.announce();
                match (step.work)(&mut job) {
                    Ok(()) => job.skipped.take().map_or(Outcome::Passed, Outcome::Skipped),
                    Err(error) => Outcome::Failed(format!("{error:#}")),
                }
            }
        };
        let took = started.elapsed();
        job.conclude(&outcome, took);
        let failed = matches!(outcome, Outcome::Failed(_));
        done.push(Done {
            name: step.name,
            outcome,
            tally: job.tally,
            took,
        });
        if failed && on_failure == OnFailure::Stop {
            bail!("stopped at \"{}\"", step.title);
        }
    }
    Ok(done)
}

/// What a running step may do: run commands, say something, count tests.
pub(crate) struct Job {
    log_path: PathBuf,
    log: File,
    heading: String,
    output: Output,
    started: Instant,
    skipped: Option<String>,
    pub(crate) tally: Tally,
}

impl Job {
    fn open(log_path: PathBuf, heading: String, output: Output) -> Result<Self> {
        let log = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;
        Ok(Self {
            log_path,
            log,
            heading,
            output,
            started: Instant::now(),
            skipped: None,
            tally: Tally::default(),
        })
    }

    /// Ends the step as "skipped" when its work returns.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        self.skipped = Some(reason.into());
    }

    /// A line for the person, also kept in the log.
    pub(crate) fn say(&mut self, line: &str) {
        clear_line();
        println!("      {line}");
        // A log that cannot be written is no reason to stop.
        let _ = writeln!(self.log, "{line}");
    }

    /// Runs a command to its end and returns what it printed; fails when it fails.
    pub(crate) fn run(&mut self, command: &mut Command) -> Result<String> {
        let shown = command_line(command);
        let _ = writeln!(self.log, "$ {shown}");
        let (success, text) = self.stream(command, &shown)?;
        if !success {
            bail!("`{shown}` failed");
        }
        Ok(text)
    }

    /// Runs a command of tests: like [`Job::run`], but adds up the tests that its output reports.
    pub(crate) fn test(&mut self, command: &mut Command) -> Result<()> {
        let shown = command_line(command);
        let _ = writeln!(self.log, "$ {shown}");
        let (success, text) = self.stream(command, &shown)?;
        let tally = count_tests(&text);
        self.tally.passed += tally.passed;
        self.tally.failed += tally.failed;
        if !success {
            bail!("`{shown}` failed");
        }
        Ok(())
    }

    fn stream(&mut self, command: &mut Command, shown: &str) -> Result<(bool, String)> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start `{shown}`"))?;
        let (sender, lines) = mpsc::channel();
        let readers: Vec<_> = [
            child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
            child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        ]
        .into_iter()
        .flatten()
        .map(|pipe| {
            let sender = sender.clone();
            thread::spawn(move || forward_lines(pipe, &sender))
        })
        .collect();
        drop(sender);
        let mut text = String::new();
        let mut last_sign = Instant::now();
        loop {
            match lines.recv_timeout(Duration::from_secs(1)) {
                Ok(line) => {
                    let _ = writeln!(self.log, "{line}");
                    if self.output == Output::Shown && !is_progress(&line) {
                        clear_line();
                        println!("      {line}");
                        last_sign = Instant::now();
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                Err(mpsc::RecvTimeoutError::Timeout) => self.sign_of_life(&text, &mut last_sign),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.wait().with_context(|| format!("lost `{shown}`"))?;
        for reader in readers {
            let _ = reader.join();
        }
        Ok((status.success(), text))
    }

    fn announce(&self) {
        if io::stdout().is_terminal() && self.output == Output::Quiet {
            print!("{}", self.heading);
            let _ = io::stdout().flush();
        } else {
            println!("{}", self.heading);
        }
    }

    /// In a terminal the time runs; elsewhere a line a minute shows that something still happens.
    fn sign_of_life(&self, text: &str, last: &mut Instant) {
        let doing: String = text
            .lines()
            .next_back()
            .unwrap_or_default()
            .trim()
            .chars()
            .take(60)
            .collect();
        if io::stdout().is_terminal() {
            clear_line();
            let heading = if self.output == Output::Quiet {
                self.heading.as_str()
            } else {
                "     "
            };
            print!("{heading}  {}  {doing}", seconds(self.started.elapsed()));
            let _ = io::stdout().flush();
        } else if last.elapsed() >= Duration::from_secs(60) {
            println!("      … {}  {doing}", seconds(self.started.elapsed()));
            *last = Instant::now();
        }
    }

    fn conclude(&mut self, outcome: &Outcome, took: Duration) {
        clear_line();
        match outcome {
            Outcome::Passed if io::stdout().is_terminal() && self.output == Output::Quiet => {
                println!("{}  ({})", self.heading, seconds(took));
            }
            Outcome::Passed => println!("      done in {}", seconds(took)),
            Outcome::Skipped(reason) => println!("      skipped: {reason}"),
            Outcome::Failed(reason) => {
                println!("      FAILED after {}: {reason}", seconds(took));
                if self.output == Output::Quiet {
                    self.print_tail();
                }
                println!("      log: {}", self.log_path.display());
            }
        }
    }

    fn print_tail(&self) {
        let text = fs::read_to_string(&self.log_path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        for line in lines.iter().skip(lines.len().saturating_sub(60)) {
            println!("      | {line}");
        }
    }
}

/// Cargo's lines about each package: for the log, and to show that something happens, but not worth keeping in sight.
fn is_progress(line: &str) -> bool {
    let first = strip_colours(line)
        .split_whitespace()
        .next()
        .map(str::to_owned)
        .unwrap_or_default();
    line.starts_with([' ', '\x1b'])
        && matches!(
            first.as_str(),
            "Compiling" | "Checking" | "Downloading" | "Downloaded" | "Blocking" | "Fresh"
        )
}

fn clear_line() {
    if io::stdout().is_terminal() {
        print!("\r\x1b[2K");
    }
}

fn forward_lines(pipe: impl Read, sender: &mpsc::Sender<String>) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    while matches!(reader.read_until(b'\n', &mut bytes), Ok(read) if read > 0) {
        let line = String::from_utf8_lossy(&bytes)
            .trim_end_matches(['\n', '\r'])
            .to_owned();
        bytes.clear();
        if sender.send(line).is_err() {
            return;
        }
    }
}

fn command_line(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(program.as_os_str())
        .to_string_lossy()
        .into_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        // A whole script is known by where it comes from.
        match arg.split_once('\n') {
            Some(_) => text.push_str(" …"),
            None => {
                let _ = write!(text, " {arg}");
            }
        }
    }
    text
}

/// Adds up the summaries of nextest ("8 tests run: 7 passed, 1 failed"), of libtest and wasm-bindgen-test
/// ("test result: ok. 3 passed; 0 failed") and of Playwright ("  12 passed (4.1s)").
pub(crate) fn count_tests(text: &str) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines() {
        let line = strip_colours(line);
        let line = line.trim();
        let words: Vec<&str> = line
            .split([' ', ',', ';', ':', '.'])
            .filter(|word| !word.is_empty())
            .collect();
        let summary = line.starts_with("Summary [") || line.starts_with("test result:");
        let playwright = matches!(words.as_slice(), [_, "passed" | "failed"] | [_, "passed", ..])
            && line.starts_with(|first: char| first.is_ascii_digit());
        if !summary && !playwright {
            continue;
        }
        for pair in words.windows(2) {
            if let [number, word] = pair
                && let Ok(number) = number.parse::<u64>()
            {
                match *word {
                    "passed" => tally.passed += number,
                    "failed" => tally.failed += number,
                    _ => {}
                }
            }
        }
    }
    tally
}

fn strip_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\x1b' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(char);
        }
    }
    plain
}

/// "0.4 s", "12 s", "3 min 05 s".
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    match whole {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{whole} s"),
        _ => format!("{} min {:02} s", whole / 60, whole % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_every_runner_are_counted() {
        let text = "     Summary [   0.103s] 8 tests run: 7 passed (1 slow), 1 failed, 3 skipped\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out\n  2 failed\n    [chromium] › a.spec.ts\n  \
            12 passed (4.1s)\nthe 5 passed tests of yesterday\n";
        assert_eq!(count_tests(text), Tally { passed: 22, failed: 3 });
    }

    #[test]
    fn colours_do_not_hide_a_summary() {
        let text =
            "\x1b[32;1m     Summary\x1b[0m [   0.1s] \x1b[1m2\x1b[0m tests run: \x1b[1m2\x1b[0m \x1b[32mpassed\x1b[0m";
        assert_eq!(count_tests(text), Tally { passed: 2, failed: 0 });
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(seconds(Duration::from_millis(430)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
