//! The tables, as both databases have them. `server/migrations` says what each column means.

diesel::table! {
    organisations (id) {
        id -> Text,
        name -> Text,
        policy_json -> Text,
        policy_hash -> Text,
        policy_revision -> BigInt,
        audit_sequence -> BigInt,
        audit_hash -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    identity_providers (organisation_id) {
        organisation_id -> Text,
        link -> Text,
        name -> Text,
        issuer -> Text,
        client_id -> Text,
        client_secret -> Nullable<Text>,
        changed_at -> BigInt,
    }
}

diesel::table! {
    identity_domains (domain) {
        domain -> Text,
        organisation_id -> Text,
        only_way -> Bool,
    }
}

diesel::table! {
    identity_attempts (state_hash) {
        state_hash -> Text,
        browser_hash -> Text,
        organisation_id -> Text,
        expires_at -> BigInt,
        is_proof -> Bool,
    }
}

diesel::table! {
    identity_subjects (user_id) {
        user_id -> Text,
        organisation_id -> Text,
        issuer -> Text,
        subject -> Text,
        bound_at -> BigInt,
    }
}

diesel::table! {
    sign_in_sources (source) {
        source -> Text,
        failures -> Integer,
        last_failed_at -> BigInt,
    }
}

diesel::table! {
    sites (id) {
        id -> Text,
        organisation_id -> Text,
        name -> Text,
        archived -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    shared_devices (id) {
        id -> Text,
        organisation_id -> Text,
        name -> Text,
        enrolled_at -> BigInt,
        enrolled_by -> Text,
    }
}

diesel::table! {
    allowed_origins (organisation_id, origin) {
        organisation_id -> Text,
        origin -> Text,
        allowed_at -> BigInt,
        allowed_by -> Text,
    }
}

diesel::table! {
    api_keys (id) {
        id -> Text,
        organisation_id -> Text,
        name -> Text,
        key_hash -> Text,
        prefix -> Text,
        scopes_json -> Text,
        made_at -> BigInt,
        made_by -> Text,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        revoked_by -> Nullable<Text>,
    }
}

diesel::table! {
    embed_sessions (token_hash) {
        token_hash -> Text,
        key_id -> Nullable<Text>,
        of_session -> Nullable<Text>,
        organisation_id -> Text,
        user_id -> Text,
        scopes_json -> Text,
        origins_json -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    pins (user_id) {
        user_id -> Text,
        pin_hash -> Text,
        changed_at -> BigInt,
        wrong -> Integer,
    }
}

diesel::table! {
    site_products (site_id, product_id) {
        site_id -> Text,
        product_id -> Text,
    }
}

diesel::table! {
    resources (id) {
        id -> Text,
        organisation_id -> Text,
        kind_id -> Text,
        site_id -> Nullable<Text>,
        name -> Text,
        archived -> Bool,
        created_at -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> Text,
        organisation_id -> Text,
        revision -> BigInt,
        status -> Text,
        locked_at -> Nullable<BigInt>,
        lock_cause -> Nullable<Text>,
        sort_name -> Text,
        login_email -> Text,
        search_text -> Text,
        is_clinical -> Bool,
        primary_site_id -> Nullable<Text>,
        last_seen_at -> BigInt,
        invited_at -> Nullable<BigInt>,
        deactivated_at -> Nullable<BigInt>,
        created_at -> BigInt,
        profile_json -> Text,
    }
}

diesel::table! {
    user_counts (organisation_id, status, locked) {
        organisation_id -> Text,
        status -> Text,
        locked -> Bool,
        people -> BigInt,
    }
}

diesel::table! {
    user_facets (user_id, role_id, site_id) {
        organisation_id -> Text,
        user_id -> Text,
        role_id -> Text,
        site_id -> Text,
        status -> Text,
        locked -> Bool,
        sort_name -> Text,
    }
}

diesel::table! {
    facet_counts (organisation_id, role_id, site_id, status, locked) {
        organisation_id -> Text,
        role_id -> Text,
        site_id -> Text,
        status -> Text,
        locked -> Bool,
        people -> BigInt,
    }
}

diesel::table! {
    assignment_counts (organisation_id, role_id, site_id) {
        organisation_id -> Text,
        role_id -> Text,
        site_id -> Text,
        people -> BigInt,
    }
}

diesel::table! {
    assignments (user_id, role_id, site_id) {
        organisation_id -> Text,
        user_id -> Text,
        role_id -> Text,
        site_id -> Nullable<Text>,
        all_resources -> Bool,
    }
}

diesel::table! {
    assignment_resources (user_id, role_id, site_id, resource_id) {
        user_id -> Text,
        role_id -> Text,
        site_id -> Text,
        resource_id -> Text,
    }
}

diesel::table! {
    memberships (user_id, resource_id) {
        user_id -> Text,
        resource_id -> Text,
    }
}

diesel::table! {
    licences (user_id, product_id) {
        user_id -> Text,
        product_id -> Text,
        terms_version -> Text,
        monthly_cents -> BigInt,
        agreed_by -> Text,
        agreed_at -> BigInt,
        agreed_by_name -> Text,
    }
}

diesel::table! {
    login_emails_used (email) {
        email -> Text,
        organisation_id -> Text,
        user_id -> Text,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    credentials (user_id) {
        user_id -> Text,
        password_hash -> Text,
        must_change -> Bool,
        changed_at -> BigInt,
        failed_sign_ins -> Integer,
        last_failed_at -> Nullable<BigInt>,
        is_short -> Bool,
    }
}

diesel::table! {
    authenticator_apps (user_id) {
        user_id -> Text,
        secret -> Text,
        created_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        last_step -> BigInt,
    }
}

diesel::table! {
    passkeys (id) {
        id -> Text,
        user_id -> Text,
        credential_id -> Text,
        name -> Text,
        credential -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    recovery_codes (user_id, code_hash) {
        user_id -> Text,
        code_hash -> Text,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    ceremonies (token_hash, purpose) {
        token_hash -> Text,
        purpose -> Text,
        user_id -> Nullable<Text>,
        challenge -> Nullable<Text>,
        new_password -> Nullable<Text>,
        new_password_is_short -> Bool,
        failures -> Integer,
        expires_at -> BigInt,
        provider_asked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        organisation_id -> Text,
        created_at -> BigInt,
        last_seen_at -> BigInt,
        expires_at -> BigInt,
        origin -> Text,
        user_agent -> Text,
        signed_in_by -> Text,
        id -> Text,
        authenticated_at -> BigInt,
        device_id -> Nullable<Text>,
    }
}

diesel::table! {
    failed_sign_ins (id) {
        id -> Text,
        user_id -> Text,
        at -> BigInt,
        origin -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    invitations (user_id) {
        user_id -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        issued_by -> Nullable<Text>,
        asked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    links (token_hash) {
        token_hash -> Text,
        user_id -> Text,
        purpose -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    mailbox (id) {
        id -> Text,
        recipient -> Text,
        at -> BigInt,
        subject -> Text,
        html -> Text,
        plain -> Text,
    }
}

diesel::table! {
    devices (token_hash, user_id) {
        token_hash -> Text,
        user_id -> Text,
        first_seen_at -> BigInt,
        last_seen_at -> BigInt,
        failed_sign_ins -> Integer,
    }
}

diesel::table! {
    outbox (id) {
        id -> Text,
        organisation_id -> Text,
        user_id -> Text,
        kind -> Text,
        recipient -> Text,
        language -> Text,
        created_at -> BigInt,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        sent_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<BigInt>,
        details -> Text,
    }
}

diesel::table! {
    support_cases (id) {
        id -> Text,
        organisation_id -> Text,
        user_id -> Text,
        user_name -> Text,
        product_id -> Text,
        opened_by -> Text,
        created_at -> BigInt,
        state -> Text,
        opened_by_name -> Text,
        closed_by -> Nullable<Text>,
        closed_by_name -> Nullable<Text>,
        closed_at -> Nullable<BigInt>,
        note -> Text,
    }
}

diesel::table! {
    idempotency (organisation_id, actor_id, request_key) {
        organisation_id -> Text,
        actor_id -> Text,
        request_key -> Text,
        edit_hash -> Text,
        response_json -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    audit (organisation_id, sequence) {
        organisation_id -> Text,
        sequence -> BigInt,
        at -> BigInt,
        actor_id -> Text,
        actor_name -> Text,
        actor_kind -> Text,
        origin -> Text,
        edit_kind -> Text,
        edit_json -> Text,
        subject_id -> Nullable<Text>,
        subject_name -> Nullable<Text>,
        search_text -> Text,
        changes_json -> Text,
        confirmations_json -> Text,
        previous_hash -> Text,
        hash -> Text,
    }
}

diesel::table! {
    presence (page) {
        page -> Text,
        user_id -> Text,
        actor_id -> Text,
        editing -> Bool,
        seen_at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    user_facets,
    assignments,
    assignment_resources,
    memberships,
    sites,
    resources,
    organisations,
    sessions,
    credentials,
    licences,
    invitations,
    links,
    devices,
    ceremonies,
    pins,
    shared_devices,
    allowed_origins,
    api_keys,
    embed_sessions,
    identity_providers,
    identity_domains,
    outbox,
    audit,
    site_products,
    support_cases,
);
