package dev.varve.registry.fake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A request, whose handler reads the body. */
final class Request {
  private final String method;
  private final String path;
  private final String query;
  private final Map<String, String> headers;
  private final RequestBody body;
  private final InputStream content;

  Request(String method, String target, Map<String, String> headers, RequestBody body) {
    int mark = target.indexOf('?');
    this.method = method;
    this.path = mark < 0 ? target : target.substring(0, mark);
    this.query = mark < 0 ? "" : target.substring(mark + 1);
    this.headers = headers;
    this.body = body;
    this.content = body;
  }

  private Request(Request request, InputStream content) {
    this.method = request.method;
    this.path = request.path;
    this.query = request.query;
    this.headers = request.headers;
    this.body = request.body;
    this.content = content;
  }

  /** Returns a copy whose body is read through {@code replacement}. */
  Request withContent(InputStream replacement) {
    return new Request(this, replacement);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  /** Returns the query with its escapes as received; empty if the request has none. */
  String query() {
    return query;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Returns the header's value; empty if the request lacks the header. */
  String header(String name) {
    return headers.getOrDefault(name, "");
  }

  RequestBody body() {
    return body;
  }

  /** Returns the body, which a fault may have limited. */
  InputStream content() {
    return content;
  }

  Optional<String> parameter(String name) {
    return parameters(query, name).stream().findFirst();
  }

  List<String> parameters(String name) {
    return parameters(query, name);
  }

  /** Returns all values of a field in a query or a form. */
  static List<String> parameters(String form, String name) {
    return Stream.of(form.split("&"))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), UTF_8))
        .toList();
  }
}
