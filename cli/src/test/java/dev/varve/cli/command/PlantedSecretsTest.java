package dev.varve.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.varve.cli.Cli.Run;
import dev.varve.core.compress.Decompression;
import dev.varve.core.image.Digest;
import dev.varve.registry.fake.FakeTransparencyLog;
import dev.varve.registry.fake.Fault;
import dev.varve.registry.fake.Quirk;
import dev.varve.registry.fake.RecordedRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Plants secrets and publishes with them, then searches for them in all that was printed, written
 * and sent, and in what other programs were given.
 */
final class PlantedSecretsTest extends PublishTestBase {
  private static final String PASSWORD = "pl4nted/p@ss+word=\"é";
  private static final String PASSPHRASE = "pl4nted phrase/+&=\"é";
  private static final String GITHUB = "ghs_pl4ntedT0kenOfGitHub";

  /** The tokens that the registry issues. */
  private static final Pattern TOKEN =
      Pattern.compile("fake-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** GitHub hides what is behind this. */
  private static final String MASK = "::add-mask::";

  private FakeTransparencyLog log;
  private final Map<String, String> forms = new LinkedHashMap<>();

  @BeforeEach
  void plant() throws IOException {
    log = FakeTransparencyLog.start();
    addForms("the password", PASSWORD);
    addForms("the login", "me:" + PASSWORD);
    addForms("the passphrase", PASSPHRASE);
    addForms("the token of GitHub", GITHUB);
    registry.quirk(Quirk.REDIRECTS_BLOBS).access().bearer("me", PASSWORD);
    cli.with("COSIGN_PASSWORD", PASSPHRASE)
        .with("GITHUB_TOKEN", GITHUB)
        .with("GITHUB_ACTIONS", "true")
        .with("GITHUB_OUTPUT", directory.resolve("output").toString())
        .with("GITHUB_STEP_SUMMARY", directory.resolve("summary").toString());
    done(cli.run("generate-key-pair", "--output-key-prefix=DIR/os"));
    String pem = Files.readString(directory.resolve("os.key"));
    pem.lines().filter(line -> !line.startsWith("-")).forEach(line -> forms.put(line, "the key"));
    addForms("the key", pem);
    cli.with("SIGNING_KEY", pem);
  }

  @AfterEach
  void stopLog() {
    log.close();
  }

  private void addForms(String name, String secret) {
    for (byte[] bytes : List.of(secret.getBytes(UTF_8), (secret + "\n").getBytes(UTF_8))) {
      forms.put(Base64.getEncoder().encodeToString(bytes), name + " in base64");
      forms.put(Base64.getUrlEncoder().encodeToString(bytes), name + " in base64url");
    }
    String encoded = URLEncoder.encode(secret, UTF_8);
    forms.put(secret, name);
    forms.put(secret.replace("\"", "\\\""), name + " in JSON");
    forms.put(encoded, name + " URL-encoded");
    forms.put(encoded.replace("+", "%20"), name + " URL-encoded");
    forms.put(encoded.toLowerCase(java.util.Locale.ROOT), name + " URL-encoded");
  }

  private static void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  /** Publishes two builds with all that needs secrets. */
  private List<Run> publishTwice(String... options) {
    List<String> line = new ArrayList<>(List.of("--tag=latest", "--deltas=1", "--debug", "--json"));
    line.addAll(List.of("--key=env://SIGNING_KEY", "--bundle", "--tlog-upload"));
    line.addAll(List.of("--rekor-url=" + log.url()));
    line.addAll(List.of(options));
    Run monday = publish("monday", line.toArray(String[]::new));
    day(11);
    Run tuesday = publish("tuesday", line.toArray(String[]::new));
    return List.of(monday, tuesday);
  }

  @Test
  void nothingThatPublishingPrintsWritesOrSendsHasSecrets() throws IOException {
    done(cli.run("login", registry.host(), "-u", "me", "-p", PASSWORD));
    List<Run> runs = publishTwice();
    runs.forEach(PlantedSecretsTest::done);
    assertThat(registry.requests("GET /token|POST /token")).isNotEmpty();
    assertThat(registry.storageRequests()).isNotEmpty();
    assertThat(log.requests()).isNotEmpty();
    assertThat(registry.requests()).anyMatch(RecordedRequest::authorized);
    requireNoSecrets(runs);
  }

  @Test
  void failuresHaveNoSecrets() throws IOException {
    done(cli.run("login", registry.host(), "-u", "me", "-p", PASSWORD));
    List<Run> runs = new ArrayList<>(publishTwice());
    runs.forEach(PlantedSecretsTest::done);
    day(12);
    for (Fault fault :
        List.of(
            Fault.error(401, "UNAUTHORIZED", "no"),
            Fault.error(403, "DENIED", "no"),
            Fault.status(500, "no"),
            Fault.wrongBytes())) {
      for (String match : List.of("GET /token", "GET .*/tags/list", "PUT .*/manifests/.*")) {
        registry.failAll(match, fault);
        cli.with("VARVE_PASSWORD", PASSWORD).with("VARVE_USERNAME", "me");
        Run run =
            publish("wednesday", "--debug", "--json", "--key=env://SIGNING_KEY", "--retry-times=0");
        assertThat(run.exitCode()).as(run.err()).isIn(0, 1, 3, 4, 5);
        runs.add(run);
        registry.clearFaults();
      }
    }
    cli.with("COSIGN_PASSWORD", PASSPHRASE + "!");
    Run run = publish("wednesday", "--debug", "--json", "--key=env://SIGNING_KEY");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(1);
    runs.add(run);
    requireNoSecrets(runs);
  }

  /** A server or a proxy may quote the request that it refuses. */
  @Test
  void aLoginThatTheServerQuotesIsNotPrinted() throws IOException {
    String basic = Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(UTF_8));
    cli.with("VARVE_PASSWORD", PASSWORD).with("VARVE_USERNAME", "me");
    for (int status : new int[] {403, 500}) {
      registry.clearFaults();
      registry.failAll(
          "GET /token",
          Fault.error(status, "DENIED", "got Authorization: Basic " + basic + ", no"));
      Run run = publish("monday", "--debug", "--json", "--retry-times=0");
      assertThat(run.exitCode()).isEqualTo(status == 403 ? 3 : 4);
      requireNoSecrets(List.of(run));
      assertThat(run.err()).contains("got Authorization: Basic ***, no");
    }
  }

  @Test
  void otherProgramsGetNoSecrets() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path seen = directory.resolve("seen");
    script(bin.resolve("git"), "git", seen, "exec /usr/bin/git \"$@\"");
    script(
        bin.resolve("docker-credential-planted"),
        "helper",
        seen,
        "printf '{\"Username\":\"me\",\"Secret\":\"%s\"}' '"
            + PASSWORD.replace("\"", "\\\"")
            + "'");
    Files.createDirectories(directory.resolve("containers"));
    Files.writeString(
        directory.resolve("containers/auth.json"),
        "{\"credHelpers\":{\"" + registry.host() + "\":\"planted\"}}");
    cli.with("PATH", bin + ":" + System.getenv("PATH"))
        .with("VARVE_USERNAME", "")
        .with("VARVE_PASSWORD", "");
    run("git", "init", "-q", directory.toString());
    Path output = directory.resolve("printed");
    Process process =
        cli.start(
            output,
            "publish",
            "oci:DIR/os:monday",
            "docker://" + repository,
            "--key=env://SIGNING_KEY",
            "--git=DIR",
            "--changelog={commits}",
            "--debug",
            "--json");
    StringBuilder lines = new StringBuilder();
    while (process.isAlive()) {
      lines.append(commandLine(process.pid()));
      Thread.sleep(20);
    }
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(lines.toString()).contains("publish").contains("SIGNING_KEY");
    requireNone(lines.toString(), "the command line");
    assertThat(seen).content().contains("program git").contains("program helper");
    String environment = Files.readString(seen);
    forms.values().removeIf(name -> name.startsWith("the token of GitHub"));
    requireNone(environment, "the environment of another program");
    requireNone(withoutMasks(Files.readString(output)), "the output");
  }

  private static void run(String... line) throws Exception {
    assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), ISO_8859_1);
    } catch (IOException e) {
      return ""; // it has ended
    }
  }

  private static void script(Path file, String name, Path seen, String end) throws IOException {
    Files.writeString(
        file,
        """
        #!/bin/sh
        {
          echo "program %1$s $*"
          env
          tr '\\0' ' ' < /proc/$$/cmdline
        } >> '%2$s'
        %3$s
        """
            .formatted(name, seen, end));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static String withoutMasks(String text) {
    return text.lines()
        .filter(line -> !line.startsWith(MASK))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private void requireNoSecrets(List<Run> runs) throws IOException {
    for (Run run : runs) {
      requireNone(withoutMasks(run.out()), "the standard output");
      requireNone(withoutMasks(run.err()), "the standard error");
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString();
        // Where the secrets are.
        if (!name.equals("containers/auth.json") && !name.equals("os.key")) {
          requireNone(Files.readAllBytes(file), name);
        }
      }
    }
    for (RecordedRequest request : registry.requests()) {
      Map<String, String> headers = new LinkedHashMap<>(request.headers());
      headers.remove("Authorization");
      requireNone(request.line() + "?" + request.query() + headers, "a request");
    }
    for (RecordedRequest request : registry.storageRequests()) {
      requireNone(request.line() + "?" + request.query() + request.headers(), "another host");
    }
    for (String request : log.requests()) {
      requireNone(request, "a request to the log");
    }
    for (Digest blob : registry.blobs(NAME)) {
      requireNone(registry.blob(blob).orElseThrow(), "blob " + blob);
    }
    for (Digest manifest : registry.manifests(NAME)) {
      requireNone(registry.manifest(NAME, manifest.toString()).orElseThrow(), "a manifest");
    }
  }

  private void requireNone(byte[] bytes, String where) throws IOException {
    requireNone(new String(bytes, UTF_8), where);
    try (InputStream in = Decompression.open(new ByteArrayInputStream(bytes), where)) {
      requireNone(new String(in.readAllBytes(), UTF_8), where);
    }
  }

  private void requireNone(String text, String where) {
    forms.forEach(
        (form, name) -> assertThat(text.contains(form)).as(name + " in " + where).isFalse());
    assertThat(TOKEN.matcher(text).find()).as("a token of the registry in " + where).isFalse();
  }
}
