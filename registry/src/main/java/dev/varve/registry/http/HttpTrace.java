package dev.varve.registry.http;

import java.time.Duration;
import java.util.Optional;

/**
 * A request and its response, without headers and secrets.
 *
 * @param method such as GET
 * @param url the address as {@link ShownUrl} shows it
 * @param status the HTTP status of the response; 0 without a response
 * @param failure why there is no response, or why reading it ended early, in a word or two
 * @param sent the number of bytes of the request's body that were sent
 * @param received the number of bytes of the response's body that were read
 * @param time the time from when the request could be sent until the response was read
 * @param attempt the number of the attempt, from 1; redirects, repeated logins, and a second
 *     request because a reused connection was dead, belong to the attempt of the first request
 */
public record HttpTrace(
    String method,
    String url,
    int status,
    Optional<String> failure,
    long sent,
    long received,
    Duration time,
    int attempt) {

  /** Returns the trace of a call. */
  public static HttpTrace of(
      Call call, int status, Optional<String> failure, long sent, long received, Duration time) {
    return new HttpTrace(
        call.request().method(),
        ShownUrl.of(call.uri()),
        status,
        failure,
        sent,
        received,
        time,
        call.attempt());
  }

  /** Returns one line, such as {@code GET https://ghcr.io/v2/ 401, sent 0 bytes, …}. */
  @Override
  public String toString() {
    return "%s %s %s, sent %d bytes, received %d bytes, %d ms, attempt %d"
        .formatted(method, url, outcome(), sent, received, time.toMillis(), attempt);
  }

  private String outcome() {
    String answer = status == 0 ? "no answer" : Integer.toString(status);
    return failure.map(why -> answer + " (" + why + ")").orElse(answer);
  }
}
