package dev.varve.runner.publish;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.core.bytes.Progress;
import dev.varve.core.bytes.Scratch;
import dev.varve.core.copy.ImageCopy;
import dev.varve.core.delta.AvailableDelta;
import dev.varve.core.delta.OldImage;
import dev.varve.core.delta.RebuiltImage;
import dev.varve.core.filetree.LayerLimits;
import dev.varve.core.filetree.LayeredSource;
import dev.varve.core.image.CorruptBlobException;
import dev.varve.core.image.Descriptor;
import dev.varve.core.image.Digest;
import dev.varve.core.image.ImageIndex;
import dev.varve.core.image.ImageSink;
import dev.varve.core.image.ImageSource;
import dev.varve.core.image.LostBlobsException;
import dev.varve.core.image.Manifest;
import dev.varve.core.image.MediaTypes;
import dev.varve.core.image.MissingBlobException;
import dev.varve.core.image.PlatformChoice;
import dev.varve.core.json.MalformedJsonException;
import dev.varve.core.layout.OciLayout;
import dev.varve.core.plan.PlanState;
import dev.varve.core.signing.NotSignedException;
import dev.varve.core.signing.SigningKey;
import dev.varve.registry.Registry;
import dev.varve.registry.Repository;
import dev.varve.registry.TestLogins;
import dev.varve.registry.fake.FakeRegistry;
import dev.varve.registry.fake.FaultMix;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.http.HttpSettings;
import dev.varve.registry.http.RegistryException;
import dev.varve.registry.http.TransferException;
import dev.varve.registry.name.RepositoryName;
import dev.varve.registry.signing.Signatures;
import dev.varve.runner.builtin.TestImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pushes, pulls, publishes and updates by deltas, with registries that fail at random, and with two
 * publishers at a time. Each run must do its job, or fail with a reason and leave the registry in
 * order; the next run must do the job.
 *
 * <p>The system properties {@code varve.fault.runs}, {@code varve.fault.seed} (the first one) and
 * {@code varve.fault.rounds} (of two publishers) make other runs.
 */
final class FaultyRegistryTest {
  private static final int RUNS = Integer.getInteger("varve.fault.runs", 48);
  private static final long FIRST_SEED = Long.getLong("varve.fault.seed", 1);
  private static final int ROUNDS = Integer.getInteger("varve.fault.rounds", 12);

  private static final boolean PRINTS = Boolean.getBoolean("varve.fault.print");

  /** Runs wait more than they compute. */
  private static final int AT_ONCE = 4;

  private static final String NAME = "owner/os";
  private static final String PASSWORD = "s3cret";
  private static final String MONDAY = "40-20251006";
  private static final String TUESDAY = "40-20251007";
  private static final List<Double> RATES = List.of(0.02, 0.08, 0.2, 0.5);

  private static final List<String> ODD_EXPIRIES =
      List.of("-1", "0", "1e99", "99999999999999999999", "\"60\"", "null", "0.5");

  private static final SigningKey KEY = SigningKey.generate(new SecureRandom());

  /** The images of Monday, Tuesday and of another publisher's Tuesday. */
  @TempDir private static Path images;

  @BeforeAll
  static void writeImages() throws IOException {
    for (int i = 0; i < 3; i++) {
      byte[] program = new byte[20_000];
      new Random(1).nextBytes(program);
      program[10_000] = (byte) i;
      new TestImage()
          .layer()
          .file("usr/lib/same", "the same every day")
          .file("usr/share/text", "text of day " + i)
          .file("usr/bin/program", new String(program, ISO_8859_1))
          .writeTo(images.resolve("day" + i));
    }
  }

  private static ImageSource day(int number) throws IOException {
    return OciLayout.open(
        images.resolve("day" + number), "", PlatformChoice.any(), "oci:day" + number);
  }

  private enum Job {
    PUSH,
    PULL,
    PUBLISH,
    UPDATE
  }

  /** A client with its own connections, tokens and scratch directory. */
  private static final class Host implements Closeable {
    private final Registry registry;
    private final Repository repository;
    private final Path directory;
    private final Scratch scratch;

    Host(FakeRegistry server, Path parent, String name) throws IOException {
      HttpSettings settings =
          HttpSettings.defaults("test")
              .withPause(time -> Thread.sleep(1))
              .withPatience(Duration.ofMillis(400), 1, Duration.ofMillis(400));
      this.registry = new Registry(settings, TestLogins.of("me", PASSWORD), Progress.SILENT);
      this.repository = registry.repository(new RepositoryName(server.host(), NAME));
      this.directory = Files.createDirectories(parent.resolve(name));
      this.scratch = new Scratch(directory.resolve("scratch"));
    }

    Digest publish(int day, String version) throws IOException {
      try (ImageSource image = day(day);
          LayeredSource source = new LayeredSource(image)) {
        PublishRequest request =
            PublishRequest.builder(source, repository, scratch)
                .version("40-%Y%m%d", Instant.parse(version + "T12:00:00Z"))
                .tags(List.of("latest"))
                .signer(new KeySigner(KEY, null, false, Clock.systemUTC()))
                .deltas(DeltaOptions.from(1))
                .build();
        return Publisher.publish(request, new PublishListener() {}).digest();
      }
    }

    Digest push() throws IOException {
      try (ImageSource image = day(2);
          ImageSink sink =
              repository.sink(List.of("pushed"), scratch.directory("upload"), "docker://pushed")) {
        return copy(image, sink);
      }
    }

    Digest pull() throws IOException {
      try (ImageSource image = open("latest");
          ImageSink sink = OciLayout.create(directory.resolve("pulled"), "", "oci:pulled")) {
        return copy(image, sink);
      }
    }

    /** Pulls by a delta from Monday's image. */
    Digest update(Path monday) throws IOException {
      try (ImageSource published = open("latest");
          ImageSource before = OciLayout.open(monday, "", PlatformChoice.any(), "oci:monday");
          OldImage old =
              OldImage.of(before, scratch.directory("old"), LayerLimits.DEFAULT, Progress.SILENT);
          RebuiltImage image =
              new RebuiltImage(
                  published,
                  old,
                  AvailableDelta.from(old, published, Progress.SILENT),
                  scratch.directory("rebuilt"),
                  LayerLimits.DEFAULT,
                  Progress.SILENT);
          ImageSink sink = OciLayout.create(directory.resolve("pulled"), "", "oci:pulled")) {
        return copy(image, sink);
      }
    }

    private static Digest copy(ImageSource from, ImageSink to) throws IOException {
      return new ImageCopy(3, true, Progress.SILENT).copy(from, to).descriptor().digest();
    }

    private ImageSource open(String reference) throws IOException {
      return repository.image(reference, PlatformChoice.any(), "docker://" + reference);
    }

    @Override
    public void close() {
      scratch.close();
      registry.close();
    }
  }

  @Test
  void everyRunDoesItsJobOrFailsAndLeavesTheRegistryInOrder(@TempDir Path directory)
      throws Exception {
    List<Callable<String>> runs = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      long seed = FIRST_SEED + i;
      runs.add(() -> run(seed, directory.resolve("run" + seed)));
    }

    Map<String, Integer> outcomes = new TreeMap<>();
    for (String outcome : all(runs)) {
      outcomes.merge(outcome, 1, Integer::sum);
    }

    if (PRINTS) {
      outcomes.forEach((outcome, count) -> System.out.println(count + " " + outcome));
    }
    for (Job job : Job.values()) {
      assertThat(outcomes).containsKey(job + " done");
    }
    assertThat(outcomes.keySet()).anyMatch(outcome -> !outcome.endsWith(" done"));
  }

  @Test
  void twoPublishersAtATimeLeaveTheRegistryInOrder(@TempDir Path directory) throws Exception {
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(FIRST_SEED + round);
      try (FakeRegistry server = FakeRegistry.start()) {
        Quirks quirks = new Quirks(server, random);
        Path parent = directory.resolve("round" + round);
        Digest monday;
        try (Host host = new Host(server, parent, "before")) {
          monday = host.publish(0, "2025-10-06");
        }
        // The same build twice, or two builds of the same day.
        int other = 1 + random.nextInt(2);
        server.fail(FaultMix.delays(FIRST_SEED + round));
        List<String> ends =
            all(
                List.of(
                    () -> publish(server, parent, "one", 1),
                    () -> publish(server, parent, "two", other)));
        server.clearFaults();
        try {
          assertThat(ends).anyMatch(end -> end.startsWith("sha256:"));
          requireWhole(server);
          assertThat(at(server, MONDAY)).contains(monday);
          Digest latest = at(server, "latest").orElseThrow();
          assertThat(ends).contains(latest.toString());
          assertThat(at(server, TUESDAY)).contains(latest);
          for (String end : ends) {
            if (end.startsWith("sha256:")) {
              requireComplete(server, parent, Digest.parse(end), quirks);
            }
          }
        } catch (AssertionError e) {
          throw new AssertionError(
              "-Dvarve.fault.rounds=1 -Dvarve.fault.seed=" + (FIRST_SEED + round), e);
        }
        boolean both = ends.stream().allMatch(end -> end.startsWith("sha256:"));
        outcomes.merge(
            (other == 1 ? "same " : "other ") + (both ? "both" : "one"), 1, Integer::sum);
      }
    }
    if (PRINTS) {
      System.out.println(outcomes);
    }
  }

  /** Publishes, and returns the image's digest, or the reason why a tag was not moved. */
  private static String publish(FakeRegistry server, Path parent, String name, int day)
      throws IOException {
    try (Host host = new Host(server, parent, name)) {
      return host.publish(day, "2025-10-07").toString();
    } catch (PublishException e) {
      assertThat(e).hasMessageStartingWith("moving tag ").hasMessageContaining("somebody else");
      return String.valueOf(e.getMessage());
    }
  }

  /** Checks that an image in a registry has its signature, its state and all of their blobs. */
  private static void requireComplete(FakeRegistry server, Path parent, Digest image, Quirks quirks)
      throws IOException {
    requireWhole(server, image.toString(), image.toString());
    try (Host host = new Host(server, parent, "check" + image.hex())) {
      assertThat(new Signatures(host.repository).require(image, KEY.verificationKey())).hasSize(1);
      ImageSource there = host.open(image.toString());
      assertThat(there.referrer(PlanState.ARTIFACT_TYPE)).as(quirks.toString()).isPresent();
      assertThat(AvailableDelta.of(there, Progress.SILENT)).as(quirks.toString()).hasSize(1);
    }
  }

  private static <T> List<T> all(List<Callable<T>> runs) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<T> results = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (Future<T> run : threads.invokeAll(runs)) {
        try {
          results.add(run.get());
        } catch (ExecutionException e) {
          failures.add(e.getCause());
        }
      }
      assertThat(failures).isEmpty();
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Does a job with faults, checks the registry, and does the job again without faults. */
  private static String run(long seed, Path directory) throws Exception {
    try {
      return checkedRun(seed, directory);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("-Dvarve.fault.runs=1 -Dvarve.fault.seed=" + seed + ": " + e, e);
    }
  }

  private static String checkedRun(long seed, Path directory) throws Exception {
    Random random = new Random(seed * 7919);
    Job job = Job.values()[random.nextInt(Job.values().length)];
    try (FakeRegistry server = FakeRegistry.start()) {
      Quirks quirks = new Quirks(server, random);
      Map<Job, Digest> expected = new EnumMap<>(Job.class);
      Digest monday;
      try (Host trial = new Host(server, directory, "trial")) {
        trial.publish(0, "2025-10-06");
        expected.put(Job.PUBLISH, trial.publish(1, "2025-10-07"));
      }
      server.remove(NAME);
      try (Host host = new Host(server, directory, "before")) {
        monday = host.publish(0, "2025-10-06");
        host.pull();
        if (job == Job.UPDATE) {
          host.publish(1, "2025-10-07");
        }
      }
      expected.put(Job.PULL, monday);
      expected.put(Job.UPDATE, expected.get(Job.PUBLISH));
      expected.put(Job.PUSH, day(2).descriptor().digest());
      quirks.add(job);
      // A manifest is pushed before its blobs only to registries that refuse it.
      boolean loses = job == Job.PUBLISH || !quirks.takesAny();
      server.fail(new FaultMix(seed, RATES.get(random.nextInt(RATES.size())), loses));

      Digest wanted = Objects.requireNonNull(expected.get(job));
      String outcome = job + " done";
      Path target = directory.resolve("run/pulled");
      try (Host host = new Host(server, directory, "run")) {
        assertThat(job(job, host, directory)).isEqualTo(wanted);
      } catch (IOException e) {
        outcome = job + " " + kind(e);
        if (PRINTS) {
          System.out.println(seed + " " + outcome + ": " + e.getMessage());
        }
        assertThat(target).doesNotExist();
      }
      server.clearFaults();

      requireWhole(server);
      boolean done = outcome.endsWith(" done");
      switch (job) {
        case PUBLISH -> requirePublished(server, monday, wanted, done, directory);
        case PUSH -> {
          if (done) {
            assertThat(at(server, "pushed")).contains(wanted);
          }
        }
        default -> {
          if (done) {
            requireWhole(target, wanted);
          }
        }
      }
      assertThat(directory.resolve("run/scratch"))
          .satisfiesAnyOf(
              scratch -> assertThat(scratch).doesNotExist(),
              scratch -> assertThat(scratch).isEmptyDirectory());
      quirks.remove();
      try (Host host = new Host(server, directory, "again")) {
        assertThat(job(job, host, directory)).isEqualTo(wanted);
      }
      requireWhole(server);
      return outcome;
    }
  }

  private static Digest job(Job job, Host host, Path directory) throws IOException {
    return switch (job) {
      case PUSH -> host.push();
      case PULL -> host.pull();
      case PUBLISH -> host.publish(1, "2025-10-07");
      case UPDATE -> host.update(directory.resolve("before/pulled"));
    };
  }

  /** The kinds of registries, and their tokens. */
  private static final class Quirks {
    private static final List<Quirk> ANY =
        List.of(
            Quirk.NO_REFERRERS,
            Quirk.DOUBLED_REFERRERS,
            Quirk.PAGES_REFERRERS,
            Quirk.UNSORTED_TAGS,
            Quirk.REPEATS_TAGS,
            Quirk.LINKS_PAST_THE_LAST_TAG,
            Quirk.ABSOLUTE_LINKS,
            Quirk.IGNORES_RANGE,
            Quirk.FORGETS_BROKEN_UPLOADS,
            Quirk.REDIRECTS_BLOBS,
            Quirk.NO_DIGEST_HEADER,
            Quirk.NO_SINGLE_POST,
            Quirk.NO_CHUNKS,
            Quirk.NO_DELETE,
            Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);

    private final FakeRegistry server;
    private final Random random;
    private final Set<Quirk> chosen = EnumSet.noneOf(Quirk.class);

    /** Chooses what must not change between runs. */
    Quirks(FakeRegistry server, Random random) {
      this.server = server;
      this.random = random;
      for (Quirk quirk : ANY) {
        if (random.nextInt(4) == 0) {
          server.quirk(quirk);
          chosen.add(quirk);
        }
      }
      server.tagPage(1 + random.nextInt(4));
    }

    /** Adds interim responses, short-lived tokens, and blobs that the registry lost. */
    void add(Job job) throws IOException {
      if (random.nextInt(3) == 0) {
        server.quirk(Quirk.INTERIM_RESPONSES);
      }
      if (random.nextBoolean()) {
        server.access().bearer("me", PASSWORD).tokensLast(8 + random.nextInt(8));
        if (random.nextBoolean()) {
          server.access().saysExpiry(ODD_EXPIRIES.get(random.nextInt(ODD_EXPIRIES.size())));
        }
      }
      if (job == Job.PUBLISH && random.nextInt(3) == 0) {
        List<Descriptor> layers =
            Manifest.parse(server.manifest(NAME, MONDAY).orElseThrow(), MONDAY).layers();
        server.lose(NAME, layers.get(random.nextInt(layers.size())).digest());
      }
    }

    boolean takesAny() {
      return chosen.contains(Quirk.TAKES_MANIFESTS_WITHOUT_BLOBS);
    }

    @Override
    public String toString() {
      return chosen.toString();
    }

    void remove() {
      server.access().tokensLast(Integer.MAX_VALUE).revokeTokens();
    }
  }

  /** Returns the kind of a failure that has an exit code of its own, or a reason known here. */
  private static String kind(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RegistryException refusal) {
        return refusal.kind().toString();
      }
      if (cause instanceof TransferException) {
        return "UNAVAILABLE";
      }
      if (cause instanceof CorruptBlobException || cause instanceof NotSignedException) {
        return "CORRUPT";
      }
      if (cause instanceof LostBlobsException || cause instanceof MissingBlobException) {
        return "MISSING";
      }
      if (cause instanceof MalformedJsonException) {
        return "MALFORMED";
      }
    }
    if (failure instanceof PublishException
        && String.valueOf(failure.getMessage()).startsWith("moving tag")) {
      return "MOVED";
    }
    throw new AssertionError("an unexpected failure: " + failure, failure);
  }

  private static Optional<Digest> at(FakeRegistry server, String tag) {
    return server.manifest(NAME, tag).map(Digest::of);
  }

  /**
   * Checks that every tag points to a manifest whose manifests and blobs exist, except Monday's,
   * whose blobs the registry loses.
   */
  private static void requireWhole(FakeRegistry server) throws IOException {
    Optional<Digest> monday = at(server, MONDAY);
    for (String tag : server.tags(NAME)) {
      if (!at(server, tag).equals(monday)) {
        requireWhole(server, tag, tag);
      }
    }
  }

  private static void requireWhole(FakeRegistry server, String reference, String tag)
      throws IOException {
    byte[] bytes = server.manifest(NAME, reference).orElseThrow();
    if (new String(bytes, ISO_8859_1).contains("\"manifests\"")) {
      for (Descriptor child : ImageIndex.parse(bytes, tag).manifests()) {
        assertThat(child.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        requireWhole(server, child.digest().toString(), tag);
      }
      return;
    }
    Set<Digest> blobs = server.blobs(NAME);
    assertThat(Manifest.parse(bytes, tag).blobs())
        .as(tag)
        .allMatch(blob -> blobs.contains(blob.digest()));
  }

  private static void requirePublished(
      FakeRegistry server, Digest monday, Digest tuesday, boolean done, Path directory)
      throws IOException {
    assertThat(at(server, MONDAY)).contains(monday);
    Optional<Digest> latest = at(server, "latest");
    Optional<Digest> version = at(server, TUESDAY);
    if (done) {
      assertThat(version).contains(tuesday);
    }
    if (version.isPresent()) {
      assertThat(version).contains(tuesday);
      assertThat(latest).isEqualTo(version);
    }
    if (latest.equals(Optional.of(tuesday))) {
      try (Host host = new Host(server, directory, "check")) {
        assertThat(new Signatures(host.repository).require(tuesday, KEY.verificationKey()))
            .hasSize(1);
      }
    } else {
      assertThat(latest).contains(monday);
    }
  }

  private static void requireWhole(Path layout, Digest image) throws IOException {
    try (ImageSource source = OciLayout.open(layout, "", PlatformChoice.any(), "oci:pulled")) {
      assertThat(source.descriptor().digest()).isEqualTo(image);
      for (Descriptor blob : source.manifest().blobs()) {
        try (InputStream in = source.open(blob)) {
          assertThat(Digest.of(in.readAllBytes())).isEqualTo(blob.digest());
        }
      }
    }
  }
}
