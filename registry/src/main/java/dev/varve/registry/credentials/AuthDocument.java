package dev.varve.registry.credentials;

import dev.varve.core.json.JsonObject;
import dev.varve.core.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The content of an auth file. Error messages name the file and the field, never a value, which may
 * be a secret.
 *
 * @param file the path of the file
 * @param json the whole content
 */
record AuthDocument(Path file, JsonObject json) {
  private static final String AUTHS = "auths";
  private static final String CRED_HELPERS = "credHelpers";
  private static final String CREDS_STORE = "credsStore";
  private static final String AUTH = "auth";
  private static final String IDENTITY_TOKEN = "identitytoken";

  /** Fields of an entry that hold a login. */
  private static final List<String> LOGIN_FIELDS =
      List.of(AUTH, IDENTITY_TOKEN, "registrytoken", "username", "password");

  /** Returns the path of the file, without its content. */
  @Override
  public String toString() {
    return file.toString();
  }

  /**
   * A credential helper in an auth file.
   *
   * @param name the name, so that the program is {@code docker-credential-NAME}
   * @param server the registry's name for the helper
   * @param field the field that names the helper, for messages
   */
  record HelperName(String name, String server, String field) {}

  /** Reads a file; a file that is missing or empty is an empty object. */
  static AuthDocument read(Path file) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return new AuthDocument(file, JsonObject.EMPTY);
    } catch (AccessDeniedException e) {
      throw new IOException("reading the auth file " + file + ": no permission for " + file, e);
    } catch (IOException e) {
      throw new IOException("reading the auth file " + file + ": " + e.getMessage(), e);
    }
    if (new String(bytes, StandardCharsets.UTF_8).isBlank()) {
      return new AuthDocument(file, JsonObject.EMPTY);
    }
    try {
      return new AuthDocument(file, JsonObject.parse(bytes, file.toString()));
    } catch (MalformedJsonException e) {
      throw malformed(
          file, "expected a JSON object"); // without the cause, which may quote the file
    }
  }

  /** Returns the keys of all entries, as written. */
  List<String> keys() throws IOException {
    return auths().names();
  }

  /** Returns the hosts that have a credential helper of their own, as written. */
  List<String> hostsWithHelper() throws IOException {
    return object(json, CRED_HELPERS).names();
  }

  /**
   * Returns the login in the file whose key is the most specific for {@code repository}; empty
   * without one.
   */
  Optional<Login> find(AuthKey repository) throws IOException {
    if (ownHelper(repository.host()).isPresent()) {
      return Optional.empty(); // the host has a credential helper, so any login here is stale
    }
    JsonObject auths = auths();
    for (AuthKey key : repository.withParents()) {
      for (String written : spellings(auths, key)) {
        Optional<Login> login = login(written, object(auths, written));
        if (login.isPresent()) {
          return login;
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the spellings of a key in this file, the plain one first. */
  private static List<String> spellings(JsonObject auths, AuthKey key) {
    List<String> spellings = new ArrayList<>();
    for (String written : auths.names()) {
      if (written.equals(key.toString())) {
        spellings.add(0, written);
      } else if (AuthKey.parse(written).equals(key)) {
        spellings.add(written);
      }
    }
    return spellings;
  }

  private Optional<Login> login(String key, JsonObject entry) throws IOException {
    String origin = file + " (key " + key + ")";
    Optional<String> token = text(entry, IDENTITY_TOKEN);
    if (token.isPresent()) {
      return Optional.of(new Login("", token.get(), origin));
    }
    Optional<String> auth = text(entry, AUTH);
    if (auth.isPresent()) {
      String decoded = decode(key, auth.get());
      int colon = decoded.indexOf(':');
      if (colon <= 0) {
        throw notBase64(key);
      }
      // Docker pads passwords with NULs.
      String password = decoded.substring(colon + 1).replaceFirst("\0+$", "");
      return Optional.of(new Login(decoded.substring(0, colon), password, origin));
    }
    Optional<String> user = text(entry, "username");
    Optional<String> password = text(entry, "password");
    return user.isPresent() && password.isPresent()
        ? Optional.of(new Login(user.get(), password.get(), origin))
        : Optional.empty();
  }

  private String decode(String key, String auth) throws IOException {
    try {
      return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw notBase64(key);
    }
  }

  private IOException notBase64(String key) {
    return malformed(file, "expected USER:PASSWORD as base64 in \"auth\" of the entry " + key);
  }

  /** Returns the credential helper for a host: the host's own, or else the one for all hosts. */
  Optional<HelperName> helper(String host) throws IOException {
    Optional<HelperName> own = ownHelper(host);
    if (own.isPresent()) {
      return own;
    }
    String server = host.equals(AuthKey.DOCKER_HUB) ? AuthKey.DOCKER_HUB_URL : host;
    return text(json, CREDS_STORE).map(name -> new HelperName(name, server, CREDS_STORE));
  }

  private Optional<HelperName> ownHelper(String host) throws IOException {
    JsonObject helpers = object(json, CRED_HELPERS);
    for (String written : spellings(helpers, new AuthKey(host, ""))) {
      Optional<String> name = text(helpers, written);
      if (name.isPresent()) {
        return Optional.of(new HelperName(name.get(), written, CRED_HELPERS));
      }
    }
    return Optional.empty();
  }

  /** Returns a copy with a login, which replaces the entry of the key. */
  AuthDocument with(AuthKey key, String username, String secret) throws IOException {
    String pair = username + ":" + secret;
    String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    return withEntry(key, Optional.of(auth));
  }

  /**
   * Returns a copy with an entry for the key but no login in it, because a credential helper stores
   * the login.
   */
  AuthDocument withoutLogin(AuthKey key) throws IOException {
    return withEntry(key, Optional.empty());
  }

  private AuthDocument withEntry(AuthKey key, Optional<String> auth) throws IOException {
    JsonObject auths = auths();
    List<String> spellings = spellings(auths, key);
    String written = spellings.isEmpty() ? key.toString() : spellings.get(0);
    JsonObject entry = object(auths, written);
    for (String field : LOGIN_FIELDS) {
      entry = entry.without(field);
    }
    if (auth.isPresent()) {
      entry = entry.with(AUTH, auth.get());
    }
    for (String other : spellings) {
      auths = other.equals(written) ? auths : auths.without(other);
    }
    return new AuthDocument(file, json.with(AUTHS, auths.with(written, entry)));
  }

  /** Returns a copy without the entry of a key; equal to this document if it has none. */
  AuthDocument without(AuthKey key) throws IOException {
    JsonObject auths = auths();
    List<String> spellings = spellings(auths, key);
    for (String written : spellings) {
      auths = auths.without(written);
    }
    return spellings.isEmpty() ? this : new AuthDocument(file, json.with(AUTHS, auths));
  }

  private JsonObject auths() throws IOException {
    return object(json, AUTHS);
  }

  private JsonObject object(JsonObject in, String field) throws IOException {
    try {
      return in.optionalObject(field).orElse(JsonObject.EMPTY);
    } catch (MalformedJsonException e) {
      throw malformed(file, "expected an object in \"" + field + "\"");
    }
  }

  /** Returns the text of a field; empty if the field is missing or blank. */
  private Optional<String> text(JsonObject in, String field) throws IOException {
    try {
      return in.optionalString(field).filter(text -> !text.isBlank());
    } catch (MalformedJsonException e) {
      throw malformed(file, "expected a string in \"" + field + "\"");
    }
  }

  private static IOException malformed(Path file, String expected) {
    return new IOException("reading the auth file " + file + ": " + expected);
  }
}
