//! Publishing containers and the publishing limit, with what was asked for (graph-publishing.md §3, §7).

use super::{Scene, Selected};
use crate::sandbox::json::Json;
use crate::sandbox::publishing::FailedStatus;
use crate::sandbox::world::{Container, MediaType, Status};

/// Writes a container.
pub(crate) fn container(scene: &Scene<'_>, json: &mut Json, of: &Container, selected: &[Selected]) {
    let status = of.status(scene.now);
    let untold = scene.world.settings.publishing.failed_status == FailedStatus::Sentence;
    json.object(|json| {
        for field in selected {
            match field.name {
                "id" => json.key("id").id(of.id),
                "status_code" if status == Status::Error && untold => json.key("status_code").text(""),
                "status_code" => json.key("status_code").text(status.as_str()),
                "status" => json.key("status").text(&sentence(of, status)),
                "copyright_check_status" if of.form == MediaType::Video => copyright(json, status),
                "video_status" if of.form == MediaType::Video => video(json, of, status),
                _ => {}
            }
        }
    });
}

fn sentence(of: &Container, status: Status) -> String {
    match status {
        Status::InProgress => "In Progress: Media is still being processed.".to_owned(),
        Status::Finished => "Finished: Media has been uploaded and it is ready to be published.".to_owned(),
        Status::Published => "Published: Media has been successfully published.".to_owned(),
        Status::Expired => "Expired: The container was not published in time and has expired.".to_owned(),
        Status::Error => format!(
            "Error: Media upload has failed with error code {}",
            of.failure.unwrap_or_default()
        ),
    }
}

fn copyright(json: &mut Json, status: Status) {
    let word = match status {
        Status::InProgress => "in_progress",
        Status::Error => "error",
        Status::Finished | Status::Published | Status::Expired => "completed",
    };
    json.key("copyright_check_status").object(|json| {
        json.key("status").text(word);
        json.key("matches_found").flag(false);
    });
}

fn video(json: &mut Json, of: &Container, status: Status) {
    let upload = of.upload.unwrap_or_default();
    let is_here = of.upload.is_none_or(|upload| upload.is_complete);
    json.key("video_status").object(|json| {
        json.key("uploading_phase").object(|json| {
            json.key("status")
                .text(if is_here { "complete" } else { "in_progress" });
            json.key("bytes_transferred").count(upload.bytes_transferred);
            if let Some(size) = upload.file_size {
                json.key("source_file_size").count(size);
            }
        });
        json.key("processing_phase").object(|json| {
            json.key("status").text(match status {
                _ if !is_here => "not_started",
                Status::InProgress => "in_progress",
                Status::Error => "error",
                Status::Finished | Status::Published | Status::Expired => "complete",
            });
        });
    });
}

/// Writes how much was published, and how much may be.
pub(crate) fn limit(json: &mut Json, usage: u64, total: u64, selected: &[Selected]) {
    json.object(|json| {
        json.key("data").array(|json| {
            json.object(|json| {
                for field in selected {
                    match field.name {
                        "quota_usage" => json.key("quota_usage").count(usage),
                        "config" => json.key("config").object(|json| {
                            json.key("quota_total").count(total);
                            json.key("quota_duration").count(24 * 60 * 60);
                        }),
                        _ => {}
                    }
                }
            });
        });
    });
}
