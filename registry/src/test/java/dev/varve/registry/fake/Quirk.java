package dev.varve.registry.fake;

/** A way in which registries differ from the specification, or in what they support. */
public enum Quirk {
  /** The referrers API is not there: 404, and no OCI-Subject for manifests (GHCR, distribution). */
  NO_REFERRERS,
  /** Referrers are listed twice (zot). */
  DOUBLED_REFERRERS,
  /** Blobs are never mounted: 202, and an upload begins. */
  NO_MOUNTS,
  /** A blob is there for all repositories once one has it (crane's registry). */
  SHARES_BLOBS,
  /** Manifests are taken whose blobs are not there (crane's registry). */
  TAKES_MANIFESTS_WITHOUT_BLOBS,
  /** A manifest whose blobs are not there is refused as MANIFEST_INVALID, without a cause (zot). */
  CALLS_MANIFESTS_WITHOUT_BLOBS_INVALID,
  /** Nothing can be deleted: 405 (GHCR). */
  NO_DELETE,
  /** A POST with a digest begins an upload like any other, its body unread (distribution). */
  NO_SINGLE_POST,
  /** Range is ignored: 200 and all of the blob. */
  IGNORES_RANGE,
  /** Tags come in no order of ours: here backwards. */
  UNSORTED_TAGS,
  /** Every page of tags has another after it. */
  ENDLESS_TAGS,
  /** Pages of tags have no Link to the next (crane's registry). */
  NO_TAG_LINKS,
  /** The last page of tags has a Link, too (Gitea). */
  LINKS_PAST_THE_LAST_TAG,
  /** Every page of tags but the first is a 404, as if there were no repository. */
  LOSES_LATER_TAG_PAGES,
  /** More tags asked for than fit on a page is an error: 400 (Quay). */
  REFUSES_LARGE_TAG_PAGES,
  /** Links and locations are absolute URLs. */
  ABSOLUTE_LINKS,
  /** A PATCH is answered by 201, with the Range as it was before it (ECR). */
  STALE_UPLOAD_RANGE,
  /** A PATCH with Content-Range of more than 4 MiB is refused: 416 (GHCR). */
  SMALL_CHUNKS_ONLY,
  /** OCI-Chunk-Min-Length is 5 MiB, and only the last chunk may be shorter. */
  LARGE_CHUNKS_ONLY,
  /** A PATCH is refused: 405 (Artifact Registry). */
  NO_CHUNKS,
  /** An upload that breaks off is forgotten. */
  FORGETS_BROKEN_UPLOADS,
  /** Blobs are read from another host, by a signed URL: 307. */
  REDIRECTS_BLOBS,
  /** Docker-Content-Digest is never sent. */
  NO_DIGEST_HEADER,
  /** While a body comes, a second 100 is sent, and a 103 (behind Go's reverse proxy). */
  INTERIM_RESPONSES,
  /** Every answer has a Warning. */
  WARNS
}
