//! Browsers that several people share.

use diesel::prelude::*;
use shared::device::SharedDevice;
use shared::ids::{DeviceId, OrganisationId, Timestamp};

use super::schema::shared_devices as s;
use super::{Conn, StoreError, codec};

type Row = (String, String, i64, String);

fn device((id, name, at, by): Row) -> Result<SharedDevice, StoreError> {
    Ok(SharedDevice {
        id: DeviceId(codec::uuid(&id)?),
        name,
        enrolled_at: Timestamp(at),
        enrolled_by: by,
    })
}

/// Those of an organisation, by name.
pub fn devices_of(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<SharedDevice>, StoreError> {
    let rows: Vec<Row> = s::table
        .filter(s::organisation_id.eq(organisation.to_string()))
        .order((s::name, s::id))
        .select((s::id, s::name, s::enrolled_at, s::enrolled_by))
        .load(conn)?;
    rows.into_iter().map(device).collect()
}

/// The organisation that a browser is shared in, and what it is called there.
pub fn shared_device(conn: &mut Conn, id: DeviceId) -> Result<Option<(OrganisationId, String)>, StoreError> {
    let row: Option<(String, String)> = s::table
        .find(id.to_string())
        .select((s::organisation_id, s::name))
        .first(conn)
        .optional()?;
    row.map(|(organisation, name)| Ok((OrganisationId(codec::uuid(&organisation)?), name)))
        .transpose()
}

/// Makes a browser a shared one; of another organisation it is none any more.
pub fn enrol_device(conn: &mut Conn, organisation: OrganisationId, device: &SharedDevice) -> Result<(), StoreError> {
    release_device(conn, device.id)?;
    diesel::insert_into(s::table)
        .values((
            s::id.eq(device.id.to_string()),
            s::organisation_id.eq(organisation.to_string()),
            s::name.eq(&device.name),
            s::enrolled_at.eq(device.enrolled_at.0),
            s::enrolled_by.eq(&device.enrolled_by),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a browser an ordinary one.
pub fn release_device(conn: &mut Conn, id: DeviceId) -> Result<(), StoreError> {
    diesel::delete(s::table.find(id.to_string())).execute(conn)?;
    Ok(())
}
