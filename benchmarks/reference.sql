-- What a good hand would write for DuckDB: the same figures, scores and tiers as `zhike.analytics`, over the same files.
-- {as_of} is the day; {customers} and {orders} are read_parquet(...).
CREATE OR REPLACE TABLE figures AS
WITH bought AS (
    SELECT customer_id,
        min(ordered_on) FILTER (NOT is_return) AS first_order_on,
        max(ordered_on) FILTER (NOT is_return) AS last_order_on,
        count(*) FILTER (NOT is_return AND ordered_on > DATE '{as_of}' - 365) AS orders,
        count(*) FILTER (NOT is_return AND ordered_on > DATE '{as_of}' - 180) AS orders_180,
        count(*) FILTER (NOT is_return) AS orders_total,
        count(*) FILTER (is_return AND ordered_on > DATE '{as_of}' - 365) AS returns,
        coalesce(sum(amount_minor) FILTER (ordered_on > DATE '{as_of}' - 365), 0) AS amount,
        coalesce(sum(amount_minor) FILTER (
            ordered_on > DATE '{as_of}' - 730 AND ordered_on <= DATE '{as_of}' - 365), 0) AS amount_previous,
        sum(amount_minor) AS amount_total,
        sum(amount_minor) FILTER (cost_minor IS NOT NULL AND ordered_on > DATE '{as_of}' - 365) AS costed,
        sum(cost_minor) FILTER (ordered_on > DATE '{as_of}' - 365) AS cost
    FROM {orders} WHERE NOT is_cancelled AND ordered_on <= DATE '{as_of}' GROUP BY customer_id
)
SELECT c.*, b.* EXCLUDE (customer_id, costed, cost), DATE '{as_of}' - last_order_on AS recency_days,
    CASE WHEN amount_previous > 0 THEN (amount - amount_previous)::DOUBLE / amount_previous END AS growth,
    CASE WHEN costed > 0 THEN (costed - cost)::DOUBLE / costed END AS margin
FROM {customers} c LEFT JOIN bought b USING (customer_id);

CREATE OR REPLACE TABLE breakpoints AS
SELECT quantile_cont(recency_days, [0.2, 0.4, 0.6, 0.8]) AS r, quantile_cont(orders, [0.2, 0.4, 0.6, 0.8]) AS f,
    quantile_cont(amount, [0.2, 0.4, 0.6, 0.8]) AS m
FROM figures WHERE orders > 0;

CREATE OR REPLACE TABLE rfm AS
WITH scored AS (
    SELECT customer_id, orders > 0 AS is_scored,
        5 - (recency_days > r[1])::INT - (recency_days > r[2])::INT - (recency_days > r[3])::INT
            - (recency_days > r[4])::INT AS recency_score,
        1 + (orders > f[1])::INT + (orders > f[2])::INT + (orders > f[3])::INT + (orders > f[4])::INT
            AS frequency_score,
        1 + (amount > m[1])::INT + (amount > m[2])::INT + (amount > m[3])::INT + (amount > m[4])::INT
            AS monetary_score
    FROM figures, breakpoints
)
SELECT *, (recency_score + frequency_score + 2 * monetary_score) / 4.0::DOUBLE AS total_score,
    CASE WHEN is_scored IS NOT TRUE THEN 'none' WHEN recency_score <= 2 THEN 'churn_risk'
        WHEN total_score >= 4 THEN 'high_value' WHEN total_score < 2.5 THEN 'low_value' ELSE 'potential' END AS tier
FROM scored;

CREATE OR REPLACE TABLE abc AS
SELECT customer_id, CASE WHEN amount >= 50000000 OR is_strategic THEN 'a'
    WHEN amount >= 10000000 AND (growth > 0 OR growth IS NULL) THEN 'b' ELSE 'c' END AS tier
FROM figures;
