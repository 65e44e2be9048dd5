-- What wrk.sh sends.
wrk.method = "POST"
wrk.headers["authorization"] = "Bearer sk-load"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'
