package dev.varve.registry.fake;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Handles {@code /v2/NAME/blobs/uploads/ID}. */
final class UploadRoutes {
  private static final Pattern RANGE = Pattern.compile("(?:bytes[ =])?(\\d+)-(\\d+)(?:/.*)?");

  private final Store store;
  private final Behavior behavior;
  private final Access access;
  private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

  UploadRoutes(Store store, Behavior behavior, Access access) {
    this.store = store;
    this.behavior = behavior;
    this.access = access;
  }

  /** Returns the number of uploads that are neither finished nor cancelled. */
  int open() {
    return uploads.size();
  }

  Reply handle(Request request, String repository, String id) throws IOException {
    if (id.isEmpty()) {
      if (!request.method().equals("POST")) {
        throw Routes.wrongMethod(request);
      }
      return begin(request, repository);
    }
    Upload upload = uploads.get(id);
    if (upload == null || !upload.isIn(repository)) {
      throw new Refusal(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
    }
    synchronized (upload) {
      return switch (request.method()) {
        case "GET" -> progress(204, upload);
        case "PATCH" -> patch(request, upload);
        case "PUT" -> {
          append(request, upload);
          yield finish(request, repository, upload);
        }
        case "DELETE" -> {
          remove(upload);
          yield Reply.of(204);
        }
        default -> throw Routes.wrongMethod(request);
      };
    }
  }

  private Reply begin(Request request, String repository) throws IOException {
    Optional<String> mount = request.parameter("mount");
    Optional<String> from = request.parameter("from");
    if (mount.isPresent()
        && from.isPresent()
        && !behavior.has(Quirk.NO_MOUNTS)
        && access.mayPull(request, from.get())
        && store.mount(from.get(), repository, Routes.digest(mount.get()))) {
      return created(repository, Routes.digest(mount.get()));
    }
    Upload upload = new Upload(UUID.randomUUID().toString(), repository, store.newFile());
    uploads.put(upload.id(), upload);
    if (request.parameter("digest").isPresent() && !behavior.has(Quirk.NO_SINGLE_POST)) {
      upload.nextLocation();
      receive(request, upload);
      return finish(request, repository, upload);
    }
    Reply reply = progress(202, upload);
    return behavior.has(Quirk.LARGE_CHUNKS_ONLY)
        ? reply.header("OCI-Chunk-Min-Length", Integer.toString(Behavior.LARGE_CHUNK))
        : reply;
  }

  private Reply patch(Request request, Upload upload) throws IOException {
    if (behavior.has(Quirk.NO_CHUNKS)) {
      throw new Refusal(405, "UNSUPPORTED", "chunked uploads are not supported");
    }
    if (behavior.has(Quirk.LARGE_CHUNKS_ONLY) && upload.lastPart() < Behavior.LARGE_CHUNK) {
      throw new Refusal(progress(416, upload));
    }
    long before = upload.size();
    append(request, upload);
    return behavior.has(Quirk.STALE_UPLOAD_RANGE)
        ? progress(201, upload).header("Range", range(before))
        : progress(202, upload);
  }

  /** Appends the body, after checking its Content-Range if the request has one. */
  private void append(Request request, Upload upload) throws IOException {
    if (!upload.isCurrent(request.parameter("_state").orElse(""))) {
      throw new Refusal(400, "BLOB_UPLOAD_INVALID", "expected the location that was given last");
    }
    Matcher range = RANGE.matcher(request.header("Content-Range"));
    if (!range.matches()) {
      receive(request, upload);
      return;
    }
    long first = Long.parseLong(range.group(1));
    long length = Long.parseLong(range.group(2)) - first + 1;
    if (first != upload.size()
        || (behavior.has(Quirk.SMALL_CHUNKS_ONLY) && length > Behavior.SMALL_CHUNK)) {
      throw new Refusal(progress(416, upload));
    }
    long received = receive(request, upload);
    if (received != length) {
      throw new Refusal(400, "SIZE_INVALID", "expected " + length + " bytes, got " + received);
    }
  }

  private long receive(Request request, Upload upload) throws IOException {
    try {
      return upload.append(request.content());
    } catch (IOException e) {
      if (behavior.has(Quirk.FORGETS_BROKEN_UPLOADS)) {
        remove(upload);
      }
      throw e;
    }
  }

  private Reply finish(Request request, String repository, Upload upload) throws IOException {
    try {
      Digest digest = Routes.digest(request.parameter("digest").orElse(""));
      Digest got = upload.digest(digest.algorithm());
      if (!digest.equals(got)) {
        throw new Refusal(400, "DIGEST_INVALID", "the content's digest is " + got);
      }
      store.addBlob(repository, digest, upload.file());
      return created(repository, digest);
    } finally {
      remove(upload);
    }
  }

  private void remove(Upload upload) throws IOException {
    uploads.remove(upload.id());
    Files.deleteIfExists(upload.file());
  }

  private static Reply created(String repository, Digest digest) {
    return Reply.of(201)
        .header("Location", "/v2/" + repository + "/blobs/" + digest)
        .header("Docker-Content-Digest", digest.toString());
  }

  private static Reply progress(int status, Upload upload) {
    return Reply.of(status)
        .header("Location", upload.nextLocation())
        .header("Range", range(upload.size()))
        .header("Docker-Upload-UUID", upload.id());
  }

  /**
   * Returns the range of the stored bytes; with none it is {@code 0-0}, as real registries send it.
   */
  private static String range(long size) {
    return "0-" + Math.max(0, size - 1);
  }
}
