use std::io::Write as _;

use super::source::Values;
use super::*;

fn values(file: Option<&str>, environment: &[(&str, &str)], flags: &ServeFlags) -> Result<ServeConfig, ConfigError> {
    let written = file.map(|text| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    });
    let lookup = |name: &str| {
        environment
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| (*text).to_owned())
    };
    let values = Values::read(
        written.as_ref().map(tempfile::NamedTempFile::path),
        &lookup,
        &[flags.given()],
    )?;
    serve_from(&values)
}

const NO_FLAGS: ServeFlags = ServeFlags {
    listen: None,
    public_url: None,
    hsts_subdomains: None,
    session_idle_minutes: None,
    session_absolute_minutes: None,
    trusted_proxies: None,
    metrics_from: None,
    sign_ins_per_minute: None,
    sign_in_failures_per_source: None,
    look_ups_per_minute: None,
    live_per_user: None,
    embed_token_seconds: None,
    embed_tokens_per_minute: None,
    body_limit: None,
    upload_limit: None,
    header_limit: None,
    request_seconds: None,
    shutdown_seconds: None,
    smtp_url: None,
    smtp_username: None,
    smtp_password: None,
    smtp_ca_file: None,
    smtp_connections: None,
    smtp_timeout_seconds: None,
    mail_from: None,
    mail_retry_seconds: None,
    mail_attempts: None,
};

#[test]
fn a_flag_comes_before_the_environment_before_the_file_before_the_default() {
    let file = "body-limit = 1\nupload-limit = 1\nrequest-seconds = 1\n";
    let environment = [("LANYARD_BODY_LIMIT", "2"), ("LANYARD_UPLOAD_LIMIT", "2")];
    let flags = ServeFlags {
        body_limit: Some("3".to_owned()),
        ..NO_FLAGS
    };
    let config = values(Some(file), &environment, &flags).unwrap();
    assert_eq!(config.body_limit, 3);
    assert_eq!(config.upload_limit, 2);
    assert_eq!(config.request_time, Duration::from_secs(1));
    assert_eq!(config.shutdown_time, ServeConfig::default().shutdown_time);
}

#[test]
fn an_error_names_the_setting_and_where_it_came_from() {
    let flags = ServeFlags {
        listen: Some("nowhere".to_owned()),
        ..NO_FLAGS
    };
    let error = values(None, &[], &flags).unwrap_err().to_string();
    assert!(error.contains("listen (from the flag --listen)"), "{error}");

    let error = values(None, &[("LANYARD_BODY_LIMIT", "0")], &NO_FLAGS)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("body-limit (from the environment, LANYARD_BODY_LIMIT)"),
        "{error}"
    );
    assert!(error.contains("at least 1"), "{error}");

    let error = values(Some("public-url = \"https://host/path\""), &[], &NO_FLAGS)
        .unwrap_err()
        .to_string();
    assert!(error.contains("public-url (from the file "), "{error}");
}

#[test]
fn an_unknown_name_in_the_file_is_an_error_with_its_line_and_the_nearest_name() {
    let error = values(Some("\nlisten = \"[::1]:1\"\nbody-limt = 5\n"), &[], &NO_FLAGS)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(":3: there is no setting \"body-limt\"; did you mean \"body-limit\"?"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_toml_is_an_error_with_its_line() {
    let error = values(Some("listen = \"[::1]:1\"\nbody-limit = = 5\n"), &[], &NO_FLAGS)
        .unwrap_err()
        .to_string();
    assert!(error.contains("line 2"), "{error}");
}

#[test]
fn a_rejected_database_url_is_not_repeated() {
    let lookup = |name: &str| (name == "LANYARD_DATABASE_URL").then(|| "mysql://me:hunter2@host/db".to_owned());
    let values = Values::read(None, &lookup, &[]).unwrap();
    let error = store_from(&values).unwrap_err().to_string();
    assert!(
        error.contains("LANYARD_DATABASE_URL") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn secrets_do_not_print() {
    let config = StoreConfig {
        database_url: Secret::new("postgres://me:hunter2@host/db".to_owned()),
        ..Default::default()
    };
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.database_url.to_string(), "[secret]");
}

#[test]
fn an_idle_time_beyond_the_absolute_one_is_an_error() {
    let flags = ServeFlags {
        session_idle_minutes: Some("60".to_owned()),
        ..NO_FLAGS
    };
    let error = values(Some("session-absolute-minutes = 30"), &[], &flags)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("session-idle-minutes (from the flag --session-idle-minutes)"),
        "{error}"
    );
}

#[test]
fn origins_are_as_browsers_send_them() {
    let origin: Origin = "HTTPS://Users.Example.com:443/".parse().unwrap();
    assert_eq!(origin.to_string(), "https://users.example.com");
    assert!(!origin.is_loopback());
    assert!("http://localhost:8080".parse::<Origin>().unwrap().is_loopback());
    assert!("http://[::1]:8080".parse::<Origin>().unwrap().is_loopback());
    assert_eq!(
        Origin::local(SocketAddr::from(([0, 0, 0, 0], 80))).to_string(),
        "http://127.0.0.1:80"
    );
}

#[test]
fn networks_are_addresses_or_ranges() {
    let config = values(Some("trusted-proxies = [\"10.0.0.0/8\", \"::1\"]"), &[], &NO_FLAGS).unwrap();
    let written: Vec<String> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(written, ["10.0.0.0/8", "::1/128"]);
}

fn smtp(url: &str) -> Result<Smtp, String> {
    let file = format!("smtp-url = \"{url}\"");
    let config = values(Some(&file), &[], &NO_FLAGS).map_err(|error| error.to_string())?;
    config.mail.smtp.ok_or_else(|| "none".to_owned())
}

#[test]
fn the_mail_server_is_spoken_to_in_secret_unless_it_is_said_otherwise() {
    for (url, host, port, security) in [
        ("smtp://mail.example.com", "mail.example.com", 587, Security::StartTls),
        ("smtp://mail.example.com:25", "mail.example.com", 25, Security::StartTls),
        (
            "smtp://mail.example.com?tls=required",
            "mail.example.com",
            587,
            Security::StartTls,
        ),
        (
            "smtp://mail.example.com?tls=opportunistic",
            "mail.example.com",
            587,
            Security::Opportunistic,
        ),
        ("smtp://[::1]:2525?tls=none", "::1", 2525, Security::None),
        ("smtps://mail.example.com/", "mail.example.com", 465, Security::Tls),
    ] {
        let smtp = smtp(url).unwrap();
        assert_eq!(
            (smtp.host.as_str(), smtp.port, smtp.security),
            (host, port, security),
            "{url}"
        );
    }
    for url in [
        "mail.example.com",
        "smtp://",
        "smtp://h?tls=maybe",
        "smtps://h?tls=none",
        "http://h",
        "smtp://h/x",
    ] {
        let error = smtp(url).unwrap_err();
        assert!(error.contains("smtp-url"), "{url}: {error}");
    }
}

#[test]
fn the_password_of_the_mail_server_is_told_nowhere() {
    let error = smtp("smtp://me:hunter2@mail.example.com").unwrap_err();
    assert!(error.contains("smtp-username") && !error.contains("hunter2"), "{error}");
    let error = values(
        Some("smtp-url = \"smtp://h\"\nsmtp-password = \"hunter2\""),
        &[],
        &NO_FLAGS,
    )
    .unwrap_err()
    .to_string();
    assert!(
        error.contains("smtp-password (from the file ") && !error.contains("hunter2"),
        "{error}"
    );
    let file = "smtp-url = \"smtp://h\"\nsmtp-username = \"me\"\nsmtp-password = \"hunter2\"";
    let config = values(Some(file), &[], &NO_FLAGS).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}
