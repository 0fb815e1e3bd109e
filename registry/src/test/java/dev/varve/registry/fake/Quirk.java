package dev.varve.registry.fake;

/** A way in which registries differ from the specification, or in what they support. */
public enum Quirk {
  /**
   * The referrers API is missing: it returns 404, and manifests get no OCI-Subject (GHCR,
   * distribution).
   */
  NO_REFERRERS,
  /** Referrers are listed twice (zot). */
  DOUBLED_REFERRERS,
  /** Each page of referrers has one entry. */
  PAGES_REFERRERS,
  /** Mounts are declined: the response is 202, and an upload starts. */
  NO_MOUNTS,
  /** All repositories have the blobs of each (crane's registry). */
  SHARES_BLOBS,
  /** Manifests are accepted even if their blobs are missing (crane's registry). */
  TAKES_MANIFESTS_WITHOUT_BLOBS,
  /** A manifest whose blobs are missing is refused as MANIFEST_INVALID, without a cause (zot). */
  CALLS_MANIFESTS_WITHOUT_BLOBS_INVALID,
  /** Deletions are refused: 405 (GHCR). */
  NO_DELETE,
  /** A POST with a digest only starts an upload, and its body is not read (distribution). */
  NO_SINGLE_POST,
  /** Range is ignored: the response is 200 with the complete blob. */
  IGNORES_RANGE,
  /** Tags are listed in another order: here backwards. */
  UNSORTED_TAGS,
  /** Each page of tags begins with the last tag of the page before. */
  REPEATS_TAGS,
  /** Every page of tags has a next page. */
  ENDLESS_TAGS,
  /** Pages of tags have no Link to the next (crane's registry). */
  NO_TAG_LINKS,
  /** The last page of tags has a Link as well (Gitea). */
  LINKS_PAST_THE_LAST_TAG,
  /** Every page of tags but the first is a 404, as for a missing repository. */
  LOSES_LATER_TAG_PAGES,
  /** A request for more tags than fit on a page is refused: 400 (Quay). */
  REFUSES_LARGE_TAG_PAGES,
  /** Links and locations are absolute URLs. */
  ABSOLUTE_LINKS,
  /** A PATCH returns 201, with the Range from before the PATCH (ECR). */
  STALE_UPLOAD_RANGE,
  /** A PATCH with Content-Range of more than 4 MiB is refused: 416 (GHCR). */
  SMALL_CHUNKS_ONLY,
  /** OCI-Chunk-Min-Length is 5 MiB, and only the last chunk may be shorter. */
  LARGE_CHUNKS_ONLY,
  /** A PATCH is refused: 405 (Artifact Registry). */
  NO_CHUNKS,
  /** An interrupted upload is cancelled. */
  FORGETS_BROKEN_UPLOADS,
  /** Blobs are redirected to a signed URL of another host: 307. */
  REDIRECTS_BLOBS,
  /** Docker-Content-Digest is not sent. */
  NO_DIGEST_HEADER,
  /** While a body is received, a second 100 and a 103 are sent (Go's reverse proxy). */
  INTERIM_RESPONSES,
  /** Every response has a Warning. */
  WARNS
}
