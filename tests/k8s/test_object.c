/* tests/k8s/test_object.c - what metadata say of those who look after an object. */
#include "k8s/object.h"

#include "base/json.h"
#include "tests/test_case.h"
#include "tests/test_main.h"

static void the_controller_among_the_owners_is_found(void)
{
    static const struct {
        const char *owners, *expected; /* "API KIND NAME"; "" = none */
    } cases[] = {
        { "[]", "" },
        { "[{\"apiVersion\":\"v1\",\"kind\":\"A\",\"name\":\"a\"}]", "" },
        { "[{\"apiVersion\":\"v1\",\"kind\":\"A\",\"name\":\"a\",\"controller\":false}]", "" },
        { "[{\"kind\":\"A\",\"name\":\"a\"},{\"apiVersion\":\"apps/"
          "v1\",\"kind\":\"B\",\"name\":\"b\",\"controller\":true}]",
          "apps/v1 B b" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400], actual[100] = "";

        snprintf(text, sizeof text, "{\"metadata\":{\"ownerReferences\":%s}}", cases[i].owners);
        released_by(json_release) cJSON *object = cJSON_Parse(text);
        struct reference controller;
        if (object_controller(object, &controller))
            snprintf(actual, sizeof actual, "%s %s %s", controller.api_version, controller.kind, controller.name);
        case_text(cases[i].owners, actual, cases[i].expected);
    }
}

static void a_reference_is_of_its_group_and_kind_whatever_the_version(void)
{
    static const struct resource deployments = { .name = "deployments.apps", .kind = "Deployment" };
    static const struct resource controllers = { .name = "replicationcontrollers", .kind = "ReplicationController" };
    static const struct {
        const char *api_version, *kind;
        const struct resource *resource;
        bool is_of;
    } cases[] = {
        { "apps/v1", "Deployment", &deployments, true },
        { "apps/v1beta2", "Deployment", &deployments, true },
        { "app/v1", "Deployment", &deployments, false },
        { "apps.example/v1", "Deployment", &deployments, false },
        { "v1", "Deployment", &deployments, false },
        { "apps/v1", "StatefulSet", &deployments, false },
        { "v1", "ReplicationController", &controllers, true },
        { "apps/v1", "ReplicationController", &controllers, false },
        { "", "ReplicationController", &controllers, true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct reference reference = { cases[i].api_version, cases[i].kind, "x" };

        case_number(cases[i].api_version, reference_is_of(&reference, cases[i].resource), cases[i].is_of);
    }
}

/* As kubectl apply, kubectl scale and our own PATCH of /scale leave them behind. */
static void who_set_the_count_last_is_its_manager(void)
{
    static const char managed[] =
        "{\"metadata\":{\"managedFields\":["
        "{\"manager\":\"kubectl-client-side-apply\",\"time\":\"2026-11-24T10:00:00Z\",\"fieldsV1\":{\"f:spec\":"
        "{\"f:replicas\":{},\"f:template\":{}}}},"
        "{\"manager\":\"argocd-controller\",\"time\":\"2026-11-24T12:00:00Z\",\"fieldsV1\":{\"f:spec\":{\"f:replicas\":"
        "{}}}},"
        "{\"manager\":\"curfew\",\"subresource\":\"scale\",\"time\":\"2026-11-24T11:00:00Z\",\"fieldsV1\":{\"f:spec\":"
        "{\"f:replicas\":{}}}},"
        "{\"manager\":\"kube-controller-manager\",\"time\":\"2026-11-24T13:00:00Z\",\"fieldsV1\":{\"f:status\":{}}}]}}";
    released_by(json_release) cJSON *object = cJSON_Parse(managed);

    CU_ASSERT_PTR_NOT_NULL_FATAL(object);
    case_text("scaled", object_manager(object, &(struct resource){ .action = RESOURCE_SCALED }), "argocd-controller");
    CU_ASSERT_EQUAL(object_changed_at(object, &(struct resource){ .action = RESOURCE_SCALED }), 1795521600);
    CU_ASSERT_EQUAL(object_changed_at(object, &(struct resource){ .action = RESOURCE_SUSPENDED }), 0);
    case_text("suspended", object_manager(object, &(struct resource){ .action = RESOURCE_SUSPENDED }), "");
    released_by(json_release) cJSON *paused =
        cJSON_Parse("{\"metadata\":{\"managedFields\":[{\"manager\":\"kubectl-annotate\",\"time\":\"2026-11-24T10:00:"
                    "00Z\",\"fieldsV1\":"
                    "{\"f:metadata\":{\"f:annotations\":{\"f:autoscaling.keda.sh/paused-replicas\":{}}}}}]}}");
    case_text("paused", object_manager(paused, &(struct resource){ .action = RESOURCE_PAUSED }), "kubectl-annotate");
}

static void keepers_are_known_by_their_marks(void)
{
    static const struct {
        const char *metadata;
        enum workload_keeper keeper;
    } cases[] = {
        { "{}", KEEPER_NONE },
        { "{\"annotations\":{\"argocd.argoproj.io/tracking-id\":\"shop:apps/Deployment:dev1/web\"}}", KEEPER_ARGO_CD },
        { "{\"labels\":{\"argocd.argoproj.io/instance\":\"shop\"}}", KEEPER_ARGO_CD },
        { "{\"labels\":{\"kustomize.toolkit.fluxcd.io/name\":\"apps\"}}", KEEPER_FLUX_KUSTOMIZATION },
        { "{\"labels\":{\"helm.toolkit.fluxcd.io/name\":\"shop\"}}", KEEPER_FLUX_HELM_RELEASE },
        { "{\"labels\":{\"app.kubernetes.io/managed-by\":\"Helm\"}}", KEEPER_NONE },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[300];

        snprintf(text, sizeof text, "{\"metadata\":%s}", cases[i].metadata);
        released_by(json_release) cJSON *object = cJSON_Parse(text);
        case_number(cases[i].metadata, object_keeper(object), cases[i].keeper);
    }
}

static void conditions_are_found_by_type_and_status(void)
{
    released_by(json_release) cJSON *object =
        cJSON_Parse("{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"},{\"type\":\"Available\","
                    "\"status\":\"True\",\"reason\":\"Yes\"}]}}");

    CU_ASSERT_STRING_EQUAL(json_text(object_condition(object, "Available", "True"), "reason"), "Yes");
    CU_ASSERT_PTR_NULL(object_condition(object, "Ready", "True"));
    CU_ASSERT_PTR_NULL(object_condition(object, "Other", "True"));
    CU_ASSERT_PTR_NULL(object_condition(NULL, "Ready", "True"));
}

TEST_MAIN("k8s/object", TEST(the_controller_among_the_owners_is_found),
          TEST(a_reference_is_of_its_group_and_kind_whatever_the_version), TEST(who_set_the_count_last_is_its_manager),
          TEST(keepers_are_known_by_their_marks), TEST(conditions_are_found_by_type_and_status))
