// The handlers of the API's calls, one a route; api.cpp has the table of routes.
//
// A handler runs after its caller is known and allowed, its query has no unknown parameter and,
// below an account, the account is there. It gives the whole answer, problems included.
#pragma once

#include "web/call.h"
#include "web/http.h"

namespace mandate::web {

// Accounts: account_routes.cpp
Response add_account(const Call& call);
Response list_accounts(const Call& call);
Response show_account(const Call& call);

// Domains, evidence and authorizations: domain_routes.cpp
Response add_domain(const Call& call);
Response list_domains(const Call& call);
Response show_domain(const Call& call);
Response remove_domain(const Call& call);
Response verify_domain(const Call& call);
Response change_domain_mode(const Call& call);
Response disable_domain(const Call& call);
Response enable_domain(const Call& call);
Response show_evidence(const Call& call);
Response list_authorizations(const Call& call);

// Messages: message_routes.cpp
Response send_message(const Call& call);
Response list_messages(const Call& call);
Response show_message(const Call& call);

// Events: event_routes.cpp
Response list_events(const Call& call);

// Health: health_route.cpp
Response show_health(const Call& call);

// Metrics: metrics_route.cpp
Response show_metrics(const Call& call);

}  // namespace mandate::web
