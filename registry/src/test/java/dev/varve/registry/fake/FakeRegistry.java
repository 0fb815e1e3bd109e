package dev.varve.registry.fake;

import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A registry on a free port of 127.0.0.1. It starts empty, and loses its contents when closed.
 *
 * <pre>{@code
 * try (FakeRegistry registry = FakeRegistry.start()) {
 *   registry.quirk(Quirk.NO_MOUNTS).access().bearer("user", "secret");
 *   registry.putImage("os", "40-20250101", "a layer".getBytes(UTF_8));
 *   registry.failNext("GET /v2/os/blobs/.*", 2, Fault.cutResponse(3));
 *   pull(registry.host() + "/os:40-20250101");
 *   assertThat(registry.requests("GET /v2/os/blobs/.*")).hasSize(4);
 * }
 * }</pre>
 *
 * <p>Blobs are stored in files and may have any length. The methods are safe for use by several
 * threads, also while the registry serves clients.
 */
public final class FakeRegistry implements Closeable {
  private final Store store;
  private final Behavior behavior = new Behavior();
  private final Faults faults = new Faults();
  private final RequestLog log = new RequestLog();
  private final RequestLog storageLog = new RequestLog();
  private final HttpServer server;
  private final HttpServer storage;
  private final Access access;
  private final Routes routes;

  private FakeRegistry(Store store) throws IOException {
    this.store = store;
    this.storage = new HttpServer(this::handleStorage);
    this.server = new HttpServer(this::handle);
    this.access = new Access(url());
    // Under the name localhost, clients see the storage as another host.
    this.routes = new Routes(store, behavior, access, url(), "http://localhost:" + storage.port());
  }

  /** Starts a registry without logins and quirks. */
  public static FakeRegistry start() throws IOException {
    return new FakeRegistry(new Store());
  }

  private Reply handle(Request request) throws IOException {
    return log.record(
        request,
        recorded -> {
          if (behavior.has(Quirk.INTERIM_RESPONSES)) {
            request.body().sendInterimResponses();
          }
          if (recorded.path().equals("/token")) {
            return faulty(recorded, access::token);
          }
          Optional<Reply> refused = access.refuse(recorded);
          return refused.isPresent() ? refused.get() : faulty(recorded, routes::handle);
        });
  }

  private Reply handleStorage(Request request) throws IOException {
    return storageLog.record(
        request, recorded -> faulty(recorded, known -> BlobRoutes.storage(known, store, behavior)));
  }

  private Reply faulty(Request request, HttpServer.Handler handler) throws IOException {
    Optional<Fault> fault = faults.take(request.method() + " " + request.path());
    return fault.isEmpty() ? handler.handle(request) : fault.get().apply(request, handler);
  }

  /** Returns {@code 127.0.0.1:PORT}, as in an image's name. */
  public String host() {
    return "127.0.0.1:" + server.port();
  }

  /** Returns {@code http://127.0.0.1:PORT}. */
  public String url() {
    return "http://" + host();
  }

  /** Switches a quirk on. */
  public FakeRegistry quirk(Quirk quirk) {
    behavior.add(quirk);
    return this;
  }

  /** Switches a quirk off. */
  public FakeRegistry without(Quirk quirk) {
    behavior.remove(quirk);
    return this;
  }

  /** Limits the tags on a page (default: no limit). */
  public FakeRegistry tagPage(int size) {
    behavior.tagPage(size);
    return this;
  }

  /** Returns the settings of logins, tokens and rights. */
  public Access access() {
    return access;
  }

  /**
   * Makes the next matching requests fail. Requests without the login or token that they need are
   * refused first and don't count. Of several faults for a request, the one that was added first
   * applies.
   *
   * @param match a regular expression for all of {@code METHOD PATH}, the path without its query
   * @param times the number of requests
   */
  public FakeRegistry failNext(String match, int times, Fault fault) {
    faults.add(match, 0, times, fault);
    return this;
  }

  /** Makes the next matching request fail. */
  public FakeRegistry failNext(String match, Fault fault) {
    return failNext(match, 1, fault);
  }

  /** Makes one matching request fail after {@code after} others have been served. */
  public FakeRegistry failLater(String match, int after, Fault fault) {
    faults.add(match, after, 1, fault);
    return this;
  }

  /** Makes all matching requests fail. */
  public FakeRegistry failAll(String match, Fault fault) {
    return failNext(match, Integer.MAX_VALUE, fault);
  }

  /** Makes further requests fail as the mix decides. */
  public FakeRegistry fail(FaultMix mix) {
    faults.add(mix);
    return this;
  }

  /** Removes all faults. */
  public void clearFaults() {
    faults.clear();
  }

  /** Returns all requests in the order in which they arrived, including those for tokens. */
  public List<RecordedRequest> requests() {
    return log.all();
  }

  /**
   * Returns the requests that match.
   *
   * @param match a regular expression for all of {@code METHOD PATH}, the path without its query
   */
  public List<RecordedRequest> requests(String match) {
    return log.all().stream().filter(request -> request.line().matches(match)).toList();
  }

  /** Returns the requests to the storage of {@link Quirk#REDIRECTS_BLOBS}. */
  public List<RecordedRequest> storageRequests() {
    return storageLog.all();
  }

  /**
   * Returns the largest number of requests that were handled at the same time, without the sending
   * of their responses.
   */
  public int peak() {
    return log.peak();
  }

  /** Clears the lists of requests. */
  public void clearRequests() {
    log.clear();
    storageLog.clear();
  }

  /** Returns the tags of a repository, sorted; empty if the repository does not exist. */
  public List<String> tags(String repository) {
    return store.tags(repository);
  }

  /** Returns the blobs of a repository, sorted by digest. */
  public Set<Digest> blobs(String repository) {
    return store.blobs(repository);
  }

  /** Removes a blob even if manifests name it, as faulty garbage collections do. */
  public void lose(String repository, Digest blob) {
    if (!store.removeBlob(repository, blob)) {
      throw new IllegalArgumentException(repository + " has no blob " + blob);
    }
  }

  /** Points a tag to a manifest of the repository. */
  public void tag(String repository, String tag, Digest manifest) {
    store.tag(repository, tag, manifest);
  }

  /** Removes a repository, if it exists, with all tags, manifests and blobs. */
  public void remove(String repository) {
    store.removeRepository(repository);
  }

  /** Returns the bytes of a blob; empty if no repository has it. */
  public Optional<byte[]> blob(Digest digest) throws IOException {
    var file = store.blob(digest);
    return file.isEmpty() ? Optional.empty() : Optional.of(Files.readAllBytes(file.get()));
  }

  /**
   * * Returns the bytes of a manifest or an index; empty if the repository lacks it.
   *
   * @param reference a tag, or a digest as {@code sha256:…}
   */
  public Optional<byte[]> manifest(String repository, String reference) {
    Optional<Digest> digest =
        reference.contains(":")
            ? Optional.of(Digest.parse(reference))
            : store.tagged(repository, reference);
    return digest.flatMap(known -> store.manifest(repository, known)).map(Store.Document::bytes);
  }

  /**
   * Returns the digests of all manifests and indexes of a repository, in the order in which they
   * were put.
   */
  public List<Digest> manifests(String repository) {
    return store.manifests(repository).stream().map(Store.Document::digest).toList();
  }

  /** Returns the number of uploads that are neither finished nor cancelled. */
  public int openUploads() {
    return routes.uploads().open();
  }

  /** Adds a blob. */
  public Descriptor put(String repository, byte[] bytes) throws IOException {
    return put(repository, new ByteArrayInputStream(bytes));
  }

  /** Adds a blob of any length. */
  public Descriptor put(String repository, InputStream bytes) throws IOException {
    Upload upload = new Upload("", repository, store.newFile());
    upload.append(bytes);
    Digest digest = upload.digest(Digest.Algorithm.SHA256);
    store.addBlob(repository, digest, upload.file());
    return new Descriptor("application/octet-stream", digest, upload.size());
  }

  /**
   * Adds a manifest or an index without checking it.
   *
   * @param reference a tag, or a digest to add the manifest without a tag
   */
  public Descriptor putManifest(
      String repository, String reference, String mediaType, byte[] bytes) {
    Store.Document document = new Store.Document(mediaType, bytes);
    store.addManifest(repository, document);
    if (!reference.contains(":")) {
      store.tag(repository, reference, document.digest());
    }
    return Descriptor.of(mediaType, bytes);
  }

  /**
   * Adds an image for linux/amd64.
   *
   * @param layers the layers' bytes, which need not be archives
   */
  public Manifest putImage(String repository, String tag, byte[]... layers) throws IOException {
    List<Descriptor> descriptors = new ArrayList<>();
    List<String> diffIds = new ArrayList<>();
    for (byte[] layer : layers) {
      put(repository, layer);
      descriptors.add(Descriptor.of(MediaTypes.OCI_LAYER, layer));
      diffIds.add(Digest.of(layer).toString());
    }
    JsonObject config =
        JsonObject.EMPTY
            .with("architecture", "amd64")
            .with("os", "linux")
            .with("config", JsonObject.EMPTY)
            .with("rootfs", JsonObject.EMPTY.with("type", "layers").with("diff_ids", diffIds));
    put(repository, config.toBytes());
    Manifest manifest =
        new Manifest(Descriptor.of(MediaTypes.OCI_CONFIG, config.toBytes()), descriptors, Map.of());
    putManifest(repository, tag, manifest.mediaType(), manifest.toBytes());
    return manifest;
  }

  /** Breaks all connections and deletes all files. */
  @Override
  public void close() throws IOException {
    server.close();
    storage.close();
    store.close();
  }

  /** Returns the registry's URL. */
  @Override
  public String toString() {
    return url();
  }
}
