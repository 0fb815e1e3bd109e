package dev.varve.registry.fake;

import dev.varve.core.image.Digest;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dispatches requests by the protocol's paths. */
final class Routes {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(tags/list|manifests|blobs/uploads|blobs|referrers)(?:/([^/]*))?");
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");

  private final Behavior behavior;
  private final TagRoutes tags;
  private final ManifestRoutes manifests;
  private final BlobRoutes blobs;
  private final UploadRoutes uploads;
  private final String absolute;

  /**
   * Creates the handlers of all paths.
   *
   * @param url the registry's URL, without a slash at the end
   * @param storageUrl the URL that requests for blobs are redirected to
   */
  Routes(Store store, Behavior behavior, Access access, String url, String storageUrl) {
    this.behavior = behavior;
    this.tags = new TagRoutes(store, behavior);
    this.manifests = new ManifestRoutes(store, behavior);
    this.blobs = new BlobRoutes(store, behavior, storageUrl);
    this.uploads = new UploadRoutes(store, behavior, access);
    this.absolute = url;
  }

  UploadRoutes uploads() {
    return uploads;
  }

  Reply handle(Request request) throws IOException {
    Reply reply;
    try {
      reply = route(request);
    } catch (Refusal e) {
      reply = e.reply();
    }
    return withCommonHeaders(reply);
  }

  private Reply route(Request request) throws IOException {
    if (request.path().equals("/v2/") || request.path().equals("/v2")) {
      return Reply.of(200).content("application/json", Reply.Content.of(new byte[] {'{', '}'}));
    }
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      throw new Refusal(404, "NOT_FOUND", "no such path: " + request.path());
    }
    String repository = path.group(1);
    String last = path.group(3) == null ? "" : path.group(3);
    if (!REPOSITORY.matcher(repository).matches()) {
      throw new Refusal(400, "NAME_INVALID", "invalid repository name: " + repository);
    }
    return switch (path.group(2)) {
      case "tags/list" -> tags.handle(request, repository);
      case "manifests" -> manifests.handle(request, repository, last);
      case "blobs/uploads" -> uploads.handle(request, repository, last);
      case "blobs" -> blobs.handle(request, repository, digest(last));
      default -> manifests.referrers(request, repository, digest(last));
    };
  }

  static Digest digest(String text) throws Refusal {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "DIGEST_INVALID", "" + e.getMessage());
    }
  }

  static Refusal wrongMethod(Request request) {
    return new Refusal(405, "UNSUPPORTED", "not allowed: " + request.method());
  }

  /** Adds the headers and quirks that concern all responses. */
  private Reply withCommonHeaders(Reply plain) {
    Reply reply = plain.header("Docker-Distribution-Api-Version", "registry/2.0");
    if (behavior.has(Quirk.ABSOLUTE_LINKS)) {
      for (var header : reply.headers().entrySet()) {
        if (header.getValue().startsWith("/v2/") || header.getValue().startsWith("</v2/")) {
          reply =
              reply.header(
                  header.getKey(), header.getValue().replaceFirst("/v2/", absolute + "/v2/"));
        }
      }
    }
    if (behavior.has(Quirk.NO_DIGEST_HEADER)) {
      reply = reply.without("Docker-Content-Digest");
    }
    return behavior.has(Quirk.WARNS)
        ? reply.header("Warning", "299 - \"this registry goes away\"")
        : reply;
  }
}
