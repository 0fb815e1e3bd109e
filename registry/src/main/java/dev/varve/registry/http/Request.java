package dev.varve.registry.http;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request.
 *
 * @param activity what the request does, as a gerund with its object: "listing the tags of
 *     host/name"; every message about the request begins with it
 * @param method GET, HEAD, POST, PUT, PATCH or DELETE
 * @param uri the address, sent verbatim
 * @param headers the headers in their order, in addition to those of every request
 * @param body the body
 * @param authorizer supplies the Authorization header
 * @param repeatable whether the request may be sent again after a failure
 * @param attempt the number of the attempt, from 1, for traces: of a request that is not repeatable
 *     itself but part of work that is
 */
public record Request(
    String activity,
    String method,
    URI uri,
    Map<String, String> headers,
    Optional<Body> body,
    Authorizer authorizer,
    boolean repeatable,
    int attempt) {

  /** Copies the headers. */
  public Request {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Creates a repeatable request without headers, body or authorization. */
  public Request(String activity, String method, URI uri) {
    this(activity, method, uri, Map.of(), Optional.empty(), Authorizer.ANONYMOUS, true, 1);
  }

  /** Returns the activity and the method: headers and addresses may hold secrets. */
  @Override
  public String toString() {
    return activity + " (" + method + ")";
  }

  /** Returns a copy with one more header. */
  public Request with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Request(activity, method, uri, more, body, authorizer, repeatable, attempt);
  }

  /** Returns a copy with a body. */
  public Request with(Body content) {
    return new Request(
        activity, method, uri, headers, Optional.of(content), authorizer, repeatable, attempt);
  }

  /** Returns a copy with another authorizer. */
  public Request with(Authorizer asking) {
    return new Request(activity, method, uri, headers, body, asking, repeatable, attempt);
  }

  /** Returns a copy that is sent once: the caller handles its failures. */
  public Request once() {
    return new Request(activity, method, uri, headers, body, authorizer, false, attempt);
  }

  /** Returns a copy that is sent once, as part of the current attempt of {@code attempts}. */
  public Request once(Attempts attempts) {
    return new Request(activity, method, uri, headers, body, authorizer, false, attempts.number());
  }
}
