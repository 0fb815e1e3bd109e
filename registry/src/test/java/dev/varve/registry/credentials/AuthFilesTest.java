package dev.varve.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AuthFilesTest {
  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void setUp() throws IOException {
    environment.put("PATH", home + ":/usr/bin:/bin");
    environment.put("XDG_RUNTIME_DIR", Files.createDirectory(home.resolve("run")).toString());
  }

  private static String entry(String user, String password) {
    return "{\"auth\":\"" + base64(user + ":" + password) + "\"}";
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String file, String json) throws IOException {
    Path path = home.resolve(file);
    Files.createDirectories(path.resolveSibling(""));
    return Files.writeString(path, json);
  }

  private Path auths(String file, String key, String user) throws IOException {
    return write(file, "{\"auths\":{\"" + key + "\":" + entry(user, "pw") + "}}");
  }

  private AuthFiles files() {
    return new AuthFiles(environment, home, Optional.empty(), Map.of());
  }

  private AuthFiles only(Path file) {
    return new AuthFiles(environment, home, Optional.of(file), Map.of());
  }

  private String user(AuthFiles files, String host) throws IOException {
    return files.find(host, "owner/name").map(Login::username).orElse("nobody");
  }

  @Test
  void filesAreSearchedInTheirOrder() throws IOException {
    assertThat(user(files(), "ghcr.io")).isEqualTo("nobody");
    auths(".docker/config.json", "ghcr.io", "docker");
    assertThat(user(files(), "ghcr.io")).isEqualTo("docker");
    auths("docker/config.json", "ghcr.io", "docker-config");
    environment.put("DOCKER_CONFIG", home.resolve("docker").toString());
    assertThat(user(files(), "ghcr.io")).isEqualTo("docker-config");
    auths(".config/containers/auth.json", "ghcr.io", "config");
    assertThat(user(files(), "ghcr.io")).isEqualTo("config");
    auths("xdg/containers/auth.json", "ghcr.io", "xdg");
    environment.put("XDG_CONFIG_HOME", home.resolve("xdg").toString());
    assertThat(user(files(), "ghcr.io")).isEqualTo("xdg");
    auths("run/containers/auth.json", "ghcr.io", "run");
    assertThat(user(files(), "ghcr.io")).isEqualTo("run");
    environment.put("REGISTRY_AUTH_FILE", auths("chosen.json", "ghcr.io", "chosen").toString());
    assertThat(user(files(), "ghcr.io")).isEqualTo("chosen");
    assertThat(user(only(auths("given.json", "ghcr.io", "given")), "ghcr.io")).isEqualTo("given");
    assertThat(user(given("ghcr.io", "option"), "ghcr.io")).isEqualTo("option");
  }

  private AuthFiles given(String... keysAndUsers) {
    Map<String, Login> logins = new HashMap<>();
    for (int i = 0; i < keysAndUsers.length; i += 2) {
      logins.put(keysAndUsers[i], new Login(keysAndUsers[i + 1], "pw", "--creds"));
    }
    return new AuthFiles(environment, home, Optional.empty(), logins);
  }

  @Test
  void aGivenLoginIsUsedForItsHostOnly() throws IOException {
    auths("run/containers/auth.json", "quay.io", "file");
    AuthFiles files = given("ghcr.io", "option");
    assertThat(user(files, "ghcr.io")).isEqualTo("option");
    assertThat(user(files, "quay.io")).isEqualTo("file");
    assertThat(user(files, "ghcr.io:5000")).isEqualTo("nobody");
    assertThat(user(given("index.docker.io", "hub"), "docker.io")).isEqualTo("hub");
  }

  @Test
  void aLoginMayBeGivenForARepository() throws IOException {
    AuthFiles files = given("ghcr.io/owner/name", "name", "ghcr.io", "host");
    assertThat(user(files, "ghcr.io")).isEqualTo("name");
    assertThat(files.find("ghcr.io", "owner/names").orElseThrow().username()).isEqualTo("host");
    assertThat(given("ghcr.io/other", "other").find("ghcr.io", "owner/name")).isEmpty();
  }

  @Test
  void theNextFileIsSearchedForAHostThatAFileLacks() throws IOException {
    auths("run/containers/auth.json", "quay.io", "one");
    auths(".docker/config.json", "ghcr.io", "two");
    assertThat(user(files(), "ghcr.io")).isEqualTo("two");
    assertThat(user(files(), "quay.io")).isEqualTo("one");
    assertThat(user(files(), "docker.io")).isEqualTo("nobody");
  }

  @Test
  void aGivenFileIsTheOnlyOneRead() throws IOException {
    auths("run/containers/auth.json", "ghcr.io", "run");
    assertThat(user(only(auths("given.json", "quay.io", "given")), "ghcr.io")).isEqualTo("nobody");
  }

  @Test
  void aMissingGivenFileIsReported() {
    Path none = home.resolve("none.json");
    assertThatThrownBy(() -> only(none).find("ghcr.io", "owner/name"))
        .isInstanceOf(IOException.class)
        .hasMessage("reading the auth file " + none + ": there is no such file");
  }

  @Test
  void placesListsTheSearchedFilesInOrder() {
    environment.put("REGISTRY_AUTH_FILE", "/a/chosen.json");
    assertThat(files().places())
        .containsExactly(
            "/a/chosen.json",
            home + "/run/containers/auth.json",
            home + "/.config/containers/auth.json",
            home + "/.docker/config.json");
    assertThat(only(Path.of("/a")).places()).containsExactly("/a");
  }

  @Test
  void withoutARuntimeDirectoryTheUsersDirectoryInRunContainersIsSearched() throws IOException {
    environment.remove("XDG_RUNTIME_DIR");
    Object uid = Files.getAttribute(home, "unix:uid");
    assertThat(files().places()).contains("/run/containers/" + uid + "/auth.json");
  }

  @Test
  void theOriginNamesFileAndKey() throws IOException {
    Path file = auths("run/containers/auth.json", "ghcr.io/owner", "me");
    Login login = files().find("ghcr.io", "owner/name").orElseThrow();
    assertThat(login).isEqualTo(new Login("me", "pw", file + " (key ghcr.io/owner)"));
    assertThat(login).hasToString("user me from " + file + " (key ghcr.io/owner)");
  }

  @Test
  void theLongestKeyWins() throws IOException {
    Path file =
        write(
            "a.json",
            "{\"auths\":{\"ghcr.io\":"
                + entry("host", "1")
                + ",\"ghcr.io/owner/name\":"
                + entry("name", "2")
                + ",\"ghcr.io/owner\":"
                + entry("owner", "3")
                + "}}");
    AuthFiles files = only(file);
    assertThat(files.find("ghcr.io", "owner/name").orElseThrow().username()).isEqualTo("name");
    assertThat(files.find("ghcr.io", "owner/other").orElseThrow().username()).isEqualTo("owner");
    assertThat(files.find("ghcr.io", "owners/name").orElseThrow().username()).isEqualTo("host");
    assertThat(files.find("ghcr.io", "").orElseThrow().username()).isEqualTo("host");
    assertThat(files.find("ghcr.io:5000", "owner/name")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://index.docker.io/v1/, docker.io",
    "index.docker.io, docker.io",
    "docker.io, index.docker.io",
    "registry-1.docker.io, docker.io",
    "docker.io/owner, docker.io",
    "https://ghcr.io, ghcr.io",
    "http://localhost:5000/v2/, localhost:5000",
    "GHCR.io, ghcr.io",
    "ghcr.io/, ghcr.io",
  })
  void keysAreReadAsDockerWritesThem(String key, String host) throws IOException {
    assertThat(user(only(auths("a.json", key, "me")), host)).isEqualTo("me");
  }

  @Test
  void aPasswordMayHaveColonsAndAnyCharacter() throws IOException {
    Path file =
        write("a.json", "{\"auths\":{\"ghcr.io\":" + entry("me", "pä:ss:\uD83D\uDE00\0\0") + "}}");
    assertThat(only(file).find("ghcr.io", "a").orElseThrow().secret())
        .isEqualTo("pä:ss:\uD83D\uDE00");
  }

  @Test
  void anIdentityTokenReplacesUserAndPassword() throws IOException {
    Path file =
        write(
            "a.json",
            "{\"auths\":{\"a.azurecr.io\":{\"auth\":\""
                + base64("00000000-0000-0000-0000-000000000000:")
                + "\",\"identitytoken\":\"token\"}}}");
    Login login = only(file).find("a.azurecr.io", "b").orElseThrow();
    assertThat(login.isIdentityToken()).isTrue();
    assertThat(login.secret()).isEqualTo("token");
    assertThat(login).hasToString("an identity token from " + file + " (key a.azurecr.io)");
  }

  @Test
  void userAndPasswordMayBeSeparateFields() throws IOException {
    Path file = write("a.json", "{\"auths\":{\"a.io\":{\"username\":\"me\",\"password\":\"pw\"}}}");
    assertThat(only(file).find("a.io", "b")).contains(new Login("me", "pw", file + " (key a.io)"));
  }

  @Test
  void anEntryWithoutLoginIsSkipped() throws IOException {
    write("run/containers/auth.json", "{\"auths\":{\"ghcr.io\":{}}}");
    auths(".docker/config.json", "ghcr.io", "me");
    assertThat(user(files(), "ghcr.io")).isEqualTo("me");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "{}", "{\"auths\":{}}", "{\"auths\":null}"})
  void aFileMayBeEmpty(String json) throws IOException {
    assertThat(user(only(write("a.json", json)), "ghcr.io")).isEqualTo("nobody");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hunter2 | expected a JSON object",
        "[\"hunter2\"] | expected a JSON object",
        "{\"auths\":\"hunter2\"} | expected an object in \"auths\"",
        "{\"auths\":{\"ghcr.io\":\"hunter2\"}} | expected an object in \"ghcr.io\"",
        "{\"auths\":{\"ghcr.io\":{\"auth\":[\"hunter2\"]}}} | expected a string in \"auth\"",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"?hunter2\"}}} "
            + "| expected USER:PASSWORD as base64 in \"auth\" of the entry ghcr.io",
        "{\"auths\":{\"ghcr.io\":{\"auth\":\"aHVudGVyMg==\"}}} "
            + "| expected USER:PASSWORD as base64 in \"auth\" of the entry ghcr.io",
        "{\"credHelpers\":[\"hunter2\"]} | expected an object in \"credHelpers\"",
        "{\"credsStore\":{\"a\":\"hunter2\"}} | expected a string in \"credsStore\"",
      })
  void aMalformedFileIsNamedButNotShown(String json, String expected) throws IOException {
    Path file = write("a.json", json);
    assertThatThrownBy(() -> only(file).find("ghcr.io", "owner/name"))
        .isInstanceOf(IOException.class)
        .hasMessage("reading the auth file " + file + ": " + expected)
        .hasNoCause();
  }

  @Test
  void aFileIsReadOnce() throws IOException {
    Path file = auths("a.json", "ghcr.io", "me");
    AuthFiles files = only(file);
    assertThat(user(files, "ghcr.io")).isEqualTo("me");
    Files.delete(file);
    assertThat(user(files, "ghcr.io")).isEqualTo("me");
  }

  private void helperHas(String name, String server, String user, String secret)
      throws IOException {
    FakeHelper.install(home, name);
    new CredentialProgram(
            new AuthDocument.HelperName(name, server, "credsStore"), home.resolve("x"), environment)
        .store(user, secret);
  }

  @Test
  void aHelperOfTheHostIsAsked() throws IOException {
    helperHas("pass", "ghcr.io", "me", "pw");
    Path file = write("a.json", "{\"credHelpers\":{\"ghcr.io\":\"pass\"}}");
    assertThat(only(file).find("ghcr.io", "owner/name"))
        .contains(new Login("me", "pw", "docker-credential-pass (named in " + file + ")"));
    assertThat(only(file).find("quay.io", "owner/name")).isEmpty();
  }

  @Test
  void aHelperForAllHostsIsAskedAfterTheEntriesOfAllFiles() throws IOException {
    helperHas("desktop", "ghcr.io", "helper", "pw");
    helperHas("desktop", "https://index.docker.io/v1/", "hub", "pw");
    write("run/containers/auth.json", "{\"credsStore\":\"desktop\",\"auths\":{\"ghcr.io\":{}}}");
    assertThat(user(files(), "ghcr.io")).isEqualTo("helper");
    assertThat(user(files(), "docker.io")).isEqualTo("hub");
    assertThat(user(files(), "quay.io")).isEqualTo("nobody");
    auths(".docker/config.json", "ghcr.io", "entry");
    assertThat(user(files(), "ghcr.io")).isEqualTo("entry");
  }

  @Test
  void anEntryBesideAHelperOfItsHostIsNotUsed() throws IOException {
    helperHas("pass", "ghcr.io", "helper", "pw");
    Path file =
        write(
            "a.json",
            "{\"credHelpers\":{\"ghcr.io\":\"pass\"},\"auths\":{\"ghcr.io\":"
                + entry("old", "pw")
                + "}}");
    assertThat(user(only(file), "ghcr.io")).isEqualTo("helper");
  }

  @Test
  void aHelpersTokenIsAnIdentityToken() throws IOException {
    helperHas("acr", "a.azurecr.io", "<token>", "secret");
    Path file = write("a.json", "{\"credHelpers\":{\"a.azurecr.io\":\"acr\"}}");
    Login login = only(file).find("a.azurecr.io", "b").orElseThrow();
    assertThat(login.isIdentityToken()).isTrue();
    assertThat(login.secret()).isEqualTo("secret");
  }

  @Test
  void aHelperWithEmptyFieldsHasNoLogin() throws IOException {
    FakeHelper.script(
        home, "none", "echo '{\"ServerURL\":\"\",\"Username\":\"\",\"Secret\":\"\"}'");
    Path file = write("a.json", "{\"credsStore\":\"none\"}");
    assertThat(only(file).find("ghcr.io", "a")).isEmpty();
  }

  @Test
  void aMissingHelperIsNamedWithTheFileThatConfiguresIt() throws IOException {
    Path file = write("a.json", "{\"credsStore\":\"desktop.exe\"}");
    assertThatThrownBy(() -> only(file).find("ghcr.io", "a"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "asking docker-credential-desktop.exe for the login to ghcr.io: there is no such"
                + " program in PATH; install or repair the program, or remove it from"
                + " \"credsStore\" in "
                + file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo 'gpg: hunter2' >&2; exit 1",
        "echo 'no agent, hunter2'; exit 1",
        "echo '{\"Username\":\"me\",\"Secret\":\"hunter2'",
        "echo '{\"Secret\":\"hunter2\"}'",
      })
  void aHelperThatFailsIsNamedButNotQuoted(String script) throws IOException {
    FakeHelper.script(home, "pass", script);
    Path file = write("a.json", "{\"credHelpers\":{\"ghcr.io\":\"pass\"}}");
    assertThatThrownBy(() -> only(file).find("ghcr.io", "a"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "asking docker-credential-pass for the login to ghcr.io: the program failed; install or"
                + " repair the program, or remove it from \"credHelpers\" in "
                + file)
        .hasNoCause();
  }

  @Test
  void aHelperNameWithAPathIsRefused() throws IOException {
    Path file = write("a.json", "{\"credsStore\":\"/../../evil\"}");
    assertThatThrownBy(() -> only(file).find("ghcr.io", "a"))
        .hasMessageEndingWith(
            "expected letters, digits, dots and dashes in the program's name, got others in"
                + " \"credsStore\" of "
                + file);
  }

  @Test
  void loginsAreStoredWherePodmanStoresThem() throws IOException {
    assertThat(files().writable().path()).isEqualTo(home.resolve("run/containers/auth.json"));
    environment.put("REGISTRY_AUTH_FILE", "/a/b.json");
    assertThat(files().writable().path()).isEqualTo(Path.of("/a/b.json"));
    assertThat(only(Path.of("/c.json")).writable().path()).isEqualTo(Path.of("/c.json"));
  }

  @Test
  void aMissingRuntimeDirectoryIsReportedBeforeALoginIsStored() {
    environment.put("XDG_RUNTIME_DIR", "/no/such");
    assertThatThrownBy(() -> files().writable())
        .hasMessage(
            "choosing an auth file: there is no directory /no/such, which XDG_RUNTIME_DIR names;"
                + " create it, or unset the variable");
  }
}
